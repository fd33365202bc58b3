#include "views/canvas/progress.h"

namespace backstep {

PassProgress::PassProgress(std::shared_ptr<const Plan> plan, Position cursor, const Scene& scene)
    : m_plan(std::move(plan)), m_cursor(cursor)
{
    if (!m_plan)
        return;
    if (cursor < m_plan->size())
        m_current = m_plan->addressAt(cursor);
    for (const TimelineStrip& strip : scene.strips())
        m_ends.push_back(strip.stepCount > 0 ? endsOf(*strip.cell) : Ends{});
}

Position PassProgress::positionOf(NodeId node, int64_t t) const
{
    return m_plan->positionOf({node, TimestepPath().then(t)});
}

PassProgress::Ends PassProgress::endsOf(const CellLayout& cell) const
{
    Ends ends;
    const auto stretch = [this](NodeId node, NodeId& first, NodeId& last) {
        if (first == kNoNode || positionOf(node, 0) < positionOf(first, 0))
            first = node;
        if (last == kNoNode || positionOf(node, 0) > positionOf(last, 0))
            last = node;
    };
    for (const CellOp& op : cell.outline.ops) {
        stretch(op.forward, ends.firstForward, ends.lastForward);
        for (NodeId node : op.backward)
            stretch(node, ends.firstBackward, ends.lastBackward);
    }
    return ends;
}

bool PassProgress::isDone(NodeId node, int strip, int64_t t) const
{
    if (!m_plan || node == kNoNode)
        return false;
    return (strip < 0 ? m_plan->positionOf({node, {}}) : positionOf(node, t)) < m_cursor;
}

bool PassProgress::isDone(const std::vector<NodeId>& nodes) const
{
    for (NodeId node : nodes)
        if (!isDone(node, -1, 0))
            return false;
    return !nodes.empty();
}

CellProgress PassProgress::cell(const TimelineStrip& strip, int index, int64_t t) const
{
    CellProgress progress;
    const bool isReverse = strip.cell->outline.direction == Direction::Reverse;
    progress.isFirst = t == (isReverse ? strip.stepCount - 1 : 0);
    progress.isLast = t == (isReverse ? 0 : strip.stepCount - 1);
    if (!m_plan || m_cursor == 0)
        return progress;
    const Ends& ends = m_ends[static_cast<size_t>(index)];
    const auto state = [&](NodeId first, NodeId last) {
        if (isDone(last, index, t))
            return CellProgress::Done;
        return isDone(first, index, t) ? CellProgress::Partial : CellProgress::Ahead;
    };
    progress.forward = state(ends.firstForward, ends.lastForward);
    progress.backward = state(ends.firstBackward, ends.lastBackward);
    const int64_t later = isReverse ? t - 1 : t + 1;
    progress.laterBackward =
        later >= 0 && later < strip.stepCount && isDone(ends.lastBackward, index, later);
    for (const CellOp& op : strip.cell->outline.ops) {
        if (progress.forward == CellProgress::Partial)
            progress.forwardDone.push_back(isDone(op.forward, index, t));
        if (progress.backward == CellProgress::Partial)
            progress.backwardDone.push_back(!op.backward.empty() &&
                                            isDone(op.backward.back(), index, t));
    }
    return progress;
}

}
