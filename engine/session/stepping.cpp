#include "engine/session/stepping.h"

#include "engine/base/text.h"

#include <fmt/format.h>

namespace backstep {

namespace {

/// The position of the Scan that holds the address; the end of the program at the top.
Position behindScan(const Plan& plan, const OpAddress& address)
{
    const Graph& graph = plan.graph();
    const RegionId region = graph.node(address.node).region;
    if (region == kTopRegion)
        return plan.size();
    return plan.positionOf({graph.region(region).owner, address.at.upTo(address.at.depth - 1)});
}

Position over(const Plan& plan, Position cursor)
{
    const int depth = plan.addressAt(cursor).at.depth;
    Position next = cursor + 1;
    while (next < plan.size()) {
        const OpAddress address = plan.addressAt(next);
        if (address.at.depth <= depth)
            break;
        next = behindScan(plan, address);
    }
    return next;
}

/// The same op one timestep further in the direction of its region, or nothing at its end.
std::optional<Position> otherTimestep(const Plan& plan, Position cursor, int steps)
{
    OpAddress address = plan.addressAt(cursor);
    if (address.at.depth == 0)
        return std::nullopt;
    const Region& region = plan.graph().region(plan.graph().node(address.node).region);
    const int direction = region.direction == Direction::Forward ? 1 : -1;
    int32_t& t = address.at.t[address.at.depth - 1u];
    t += steps * direction;
    if (t < 0 || t >= plan.graph().stepCount(region.id))
        return std::nullopt;
    return plan.positionOf(address);
}

}

Position stepTarget(const Plan& plan, Position cursor, StepKind kind)
{
    const Position end = plan.size();
    if (kind == StepKind::Restart)
        return 0;
    if (kind == StepKind::Back)
        return cursor == 0 ? 0 : cursor - 1;
    if (kind == StepKind::PreviousTimestep) {
        if (cursor == 0)
            return 0;
        const Position at = cursor < end ? cursor : end - 1;
        return otherTimestep(plan, at, -1).value_or(cursor - 1);
    }
    if (cursor >= end)
        return end;
    switch (kind) {
    case StepKind::Over:
        return over(plan, cursor);
    case StepKind::Into:
        return cursor + 1;
    case StepKind::Out:
        return behindScan(plan, plan.addressAt(cursor));
    case StepKind::NextTimestep:
        return otherTimestep(plan, cursor, 1)
            .value_or(plan.addressAt(cursor).at.depth == 0
                          ? cursor + 1
                          : behindScan(plan, plan.addressAt(cursor)));
    case StepKind::ForwardEnd:
        return plan.backwardStart();
    default:
        return end;
    }
}

Position samePlace(const Plan& before, Position cursor, const Plan& after)
{
    if (cursor >= before.size())
        return after.size();
    const OpAddress address = before.addressAt(cursor);
    const Node& old = before.graph().node(address.node);
    const Graph& graph = after.graph();
    const auto fits = [&](NodeId id) {
        return graph.has(id) && graph.depth(graph.node(id).region) == address.at.depth &&
               (address.at.depth == 0 ||
                address.at.innermost() < graph.stepCount(graph.node(id).region));
    };
    if (fits(address.node) && graph.node(address.node).op == old.op)
        return after.positionOf(address);
    Position first = after.size();
    for (NodeId id : graph.nodeIds())
        if (graph.node(id).origin.primal == old.origin.primal && old.origin.primal != kNoNode &&
            fits(id))
            first = std::min(first, after.positionOf({id, address.at}));
    return first;
}

std::string placeText(const Plan& plan, Position cursor)
{
    if (cursor >= plan.size())
        return "the end";
    const OpAddress address = plan.addressAt(cursor);
    const Node& node = plan.graph().node(address.node);
    const NodeId primal = node.origin.primal;
    const bool isBackward = node.origin.phase == Phase::Backward;
    const std::string op = printable(
        isBackward && primal != kNoNode ? plan.graph().node(primal).op.type : node.op.type);
    std::string text = fmt::format("{} at {}", isBackward ? "backward" : "forward", op);
    for (int level = 0; level < address.at.depth; ++level)
        text += fmt::format("{}{}", level == 0 ? " @ t=" : ".",
                            address.at.t[static_cast<size_t>(level)]);
    return text;
}

}
