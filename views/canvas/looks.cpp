#include "views/canvas/looks.h"

#include <algorithm>

namespace backstep {

namespace {

GradientLook gradientLook(OpMark mark)
{
    switch (mark) {
    case OpMark::Plain:
        return GradientLook::Flows;
    case OpMark::Zero:
        return GradientLook::Zero;
    case OpMark::Lost:
    case OpMark::Cut:
        return GradientLook::Lost;
    case OpMark::Failed:
        return GradientLook::Failed;
    case OpMark::Custom:
        return GradientLook::Custom;
    case OpMark::StarvedByZero:
        return GradientLook::StarvedByZero;
    case OpMark::StarvedByNone:
        return GradientLook::StarvedByNone;
    case OpMark::StarvedByBlock:
        return GradientLook::StarvedByBlock;
    case OpMark::OffPath:
        return GradientLook::OffPath;
    }
    return GradientLook::Flows;
}

/// What the op makes of the cotangent that arrives (SEMANTICS R1, R2).
Flow leavingFlow(GradientState state, Flow arriving)
{
    switch (state) {
    case GradientState::ZeroEverywhere:
        return std::min(arriving, Flow::Zero);
    case GradientState::NotDifferentiable:
    case GradientState::DtypeCarriesNone:
    case GradientState::CutOnPurpose:
        return Flow::None;
    case GradientState::NoRule:
    case GradientState::UnknownOp:
    case GradientState::Refused:
        return arriving == Flow::None ? Flow::None : Flow::Blocked;
    default:
        return arriving;
    }
}

}

OpLook lookOf(const Snapshot& snapshot, NodeId forward, const OpCheckMarks* checks)
{
    OpLook look;
    if (snapshot.states)
        look.mark = snapshot.states->mark(forward);
    look.look = gradientLook(look.mark);
    if (checks)
        if (const auto check = checks->find(forward); check != checks->end())
            look.check = check->second.mark;
    if (!snapshot.report)
        return look;
    const auto found = snapshot.report->ops.find(forward);
    if (found != snapshot.report->ops.end()) {
        look.arriving = found->second.arriving;
        look.leaving = leavingFlow(found->second.state, found->second.arriving);
        look.stopsForward = found->second.state == GradientState::UnknownOp ||
                            found->second.state == GradientState::Refused;
    }
    return look;
}

Flow CellLooks::along(const CellLink& link) const
{
    if (link.to < 0 || link.from < 0)
        return Flow::None;
    return std::min(ops[static_cast<size_t>(link.to)].leaving,
                    ops[static_cast<size_t>(link.from)].arriving);
}

CellLooks looksOf(const Snapshot& snapshot, const CellLayout& cell, const OpCheckMarks* checks)
{
    CellLooks looks;
    for (const CellOp& op : cell.outline.ops)
        looks.ops.push_back(lookOf(snapshot, op.forward, checks));
    for (const CellLane& lane : cell.sumLanes) {
        looks.sums.push_back(snapshot.states ? snapshot.states->weight(lane.weight) : Flow::Live);
        looks.isSumIncomplete.push_back(snapshot.states &&
                                        snapshot.states->isIncomplete(lane.weight));
    }
    return looks;
}

}
