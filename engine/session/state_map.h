#pragma once

#include "engine/autodiff/report.h"
#include "engine/graph/graph.h"

#include <unordered_map>

namespace backstep {

/// How an op is marked on the canvas, in lists and in speech: one letter, one word (UX section 3).
enum class OpMark : uint8_t {
    Plain,
    Zero,          ///< `0`: its gradient is zero everywhere
    Lost,          ///< `?`: its gradient is lost (None)
    Failed,        ///< `!`: no rule, unknown, refused: a term is missing
    Cut,           ///< `|`: cut on purpose
    Custom,        ///< `C`: a gradient was attached
    StandIn,       ///< `!`: its own gradient was lost; the derivative of the forward stands in
    StarvedByZero, ///< no badge, drawn hollow
    StarvedByNone,
    StarvedByBlock,
    OffPath, ///< not on the way from the loss to anything learned
};

/// One byte an op, the same at every timestep but where a gradient was attached to some of them
/// alone; made by the engine from the report.
class StateMap
{
public:
    StateMap() = default;
    /// `standIns`: ops whose own gradient is not applied.
    StateMap(const Graph& graph, const ConversionReport& report,
             const std::vector<NodeId>& standIns = {});
    /// The mark of a forward op; of a backward op the mark of its primal.
    OpMark mark(NodeId node) const;
    /// The same at a timestep of the innermost loop around the op.
    OpMark mark(NodeId node, int64_t timestep) const;
    /// The timesteps that an attached gradient leaves to the op's own rule; null where there are
    /// none.
    const TimestepSet* rest(NodeId node) const;
    Flow weight(ValueId weight) const;
    bool isIncomplete(ValueId weight) const;

private:
    struct Elsewhere {
        OpMark mark;
        std::shared_ptr<const TimestepSet> at;
    };
    std::unordered_map<uint32_t, OpMark> m_marks;
    std::unordered_map<uint32_t, Elsewhere> m_elsewhere; ///< of a custom gradient, by op
    std::unordered_map<uint32_t, std::pair<Flow, bool>> m_weights;
};

/// "0", "?", "!", "|", "C"; "" for marks without a badge.
std::string_view badgeOf(OpMark mark);
/// "zero gradient", "lost gradient", "failed", ...
std::string_view wordOf(OpMark mark);

}
