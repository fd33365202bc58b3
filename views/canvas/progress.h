#pragma once

#include "engine/session/observer.h"
#include "views/canvas/scene.h"

#include <memory>
#include <vector>

namespace backstep {

/// Which boxes of one cell instance are executed. Uniform instances share one drawing.
struct CellProgress {
    enum State : uint8_t { Ahead, Partial, Done };
    State forward = Ahead, backward = Ahead;
    bool laterBackward = false; ///< the gradients of the timestep that ran before in backward
    bool isFirst = false, isLast = false;           ///< in the order of the forward pass
    std::vector<uint8_t> forwardDone, backwardDone; ///< by op; only when Partial
    bool isForwardDone(int op) const
    {
        return forward == Partial ? forwardDone[static_cast<size_t>(op)] : forward == Done;
    }
    bool isBackwardDone(int op) const
    {
        return backward == Partial ? backwardDone[static_cast<size_t>(op)] : backward == Done;
    }
    bool isUniform() const
    {
        return forward != Partial && backward != Partial && !isFirst && !isLast &&
               laterBackward == (backward == Done);
    }
};

/// Where the pass stands, asked by arithmetic: nothing is stored for an instance.
class PassProgress
{
public:
    PassProgress() = default;
    PassProgress(std::shared_ptr<const Plan> plan, Position cursor, const Scene& scene);

    bool isDone(NodeId node, int strip, int64_t t) const;
    CellProgress cell(const TimelineStrip& strip, int index, int64_t t) const;
    bool isDone(const std::vector<NodeId>& nodes) const; ///< outside every timeline
    /// The op that the pass does next; invalid at the end.
    const OpAddress& current() const { return m_current; }
    bool isInBackward() const { return m_plan && m_cursor >= m_plan->backwardStart(); }
    bool hasBegun() const { return m_cursor > 0; }

private:
    struct Ends {
        NodeId firstForward = kNoNode, lastForward = kNoNode;
        NodeId firstBackward = kNoNode, lastBackward = kNoNode;
    };
    Position positionOf(NodeId node, int64_t t) const;
    Ends endsOf(const CellLayout& cell) const;

    std::shared_ptr<const Plan> m_plan;
    Position m_cursor = 0;
    OpAddress m_current;
    std::vector<Ends> m_ends; ///< by strip
};

}
