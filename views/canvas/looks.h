#pragma once

#include "engine/session/observer.h"
#include "views/canvas/cell_layout.h"
#include "views/models/gradcheck_model.h"

#include <vector>

namespace backstep {

/// How a gradient box is drawn once the pass is there; UX section 3 has the words.
enum class GradientLook : uint8_t {
    Flows,          ///< a cotangent passes
    Zero,           ///< causes zeros: filled, double outline, badge
    Failed,         ///< has no rule: hatched, badge
    Lost,           ///< loses it, or is cut on purpose: dashed, badge
    Custom,         ///< flows, by an attached gradient: badge
    StarvedByZero,  ///< hollow, double line
    StarvedByNone,  ///< hollow, dashed
    StarvedByBlock, ///< hollow, dashed in the colour of failure
    OffPath,        ///< hollow, dotted
};

/// What the report says of an op at a timestep.
struct OpLook {
    OpMark mark = OpMark::Plain;
    GradientLook look = GradientLook::Flows;
    Flow arriving = Flow::Live;        ///< at its outputs, walking back
    Flow leaving = Flow::Live;         ///< at its inputs
    bool stopsForward = false;         ///< unknown or refused: it does not even run
    CheckMark check = CheckMark::None; ///< what the check of its gradient said
};

/// `checks` may be null: nothing was checked. The timestep is one of the innermost loop around the
/// op.
OpLook lookOf(const Snapshot& snapshot, NodeId forward, const OpCheckMarks* checks = nullptr,
              int64_t timestep = 0);

/// Looks of every op of a cell, and of the sums of its weights.
struct CellLooks {
    std::vector<OpLook> ops;
    std::vector<Flow> sums; ///< by sum lane
    std::vector<bool> isSumIncomplete;
    Flow along(const CellLink& link) const; ///< what the gradient edge carries
};

/// The looks of a cell at all its timesteps: mostly one, a few where gradients were attached to
/// some timesteps alone.
class StripLooks
{
public:
    StripLooks(const Snapshot& snapshot, const CellLayout& cell, int64_t stepCount,
               const OpCheckMarks* checks = nullptr);
    /// Which of the kinds stands at a timestep.
    size_t kindAt(int64_t timestep) const;
    const CellLooks& at(int64_t timestep) const { return m_kinds[kindAt(timestep)]; }
    /// Never empty.
    const std::vector<CellLooks>& kinds() const { return m_kinds; }

private:
    struct Run {
        int64_t first; ///< up to the next run
        size_t kind;
    };
    std::vector<CellLooks> m_kinds;
    std::vector<Run> m_runs;
};

}
