#include "views/canvas/looks.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace backstep {

namespace {

GradientLook gradientLook(OpMark mark)
{
    switch (mark) {
    case OpMark::Plain:
    case OpMark::StandIn:
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

OpLook lookOf(const Snapshot& snapshot, NodeId forward, const OpCheckMarks* checks,
              int64_t timestep)
{
    OpLook look;
    if (snapshot.states)
        look.mark = snapshot.states->mark(forward, timestep);
    look.look = gradientLook(look.mark);
    if (checks)
        if (const auto check = checks->find(forward); check != checks->end())
            look.check = check->second.mark;
    if (!snapshot.report)
        return look;
    const auto found = snapshot.report->ops.find(forward);
    if (found != snapshot.report->ops.end()) {
        const OpReport& report = found->second;
        const bool isElsewhere = report.elsewhereAt && report.elsewhereAt->contains(timestep);
        const GradientState state = isElsewhere ? report.elsewhere : report.state;
        look.arriving = report.arriving;
        look.leaving = leavingFlow(state, report.arriving);
        look.stopsForward = state == GradientState::UnknownOp || state == GradientState::Refused;
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

namespace {

CellLooks looksOf(const Snapshot& snapshot, const CellLayout& cell, const OpCheckMarks* checks,
                  int64_t timestep)
{
    CellLooks looks;
    for (const CellOp& op : cell.outline.ops)
        looks.ops.push_back(lookOf(snapshot, op.forward, checks, timestep));
    for (const CellLane& lane : cell.sumLanes) {
        looks.sums.push_back(snapshot.states ? snapshot.states->weight(lane.weight) : Flow::Live);
        looks.isSumIncomplete.push_back(snapshot.states &&
                                        snapshot.states->isIncomplete(lane.weight));
    }
    return looks;
}

/// What is left to an op's own rule, for each op of the cell to which some timesteps are.
std::vector<const TimestepSet*> restsOf(const Snapshot& snapshot, const CellLayout& cell)
{
    std::vector<const TimestepSet*> rests;
    for (const CellOp& op : cell.outline.ops)
        if (const TimestepSet* rest = snapshot.states ? snapshot.states->rest(op.forward) : nullptr)
            rests.push_back(rest);
    return rests;
}

}

StripLooks::StripLooks(const Snapshot& snapshot, const CellLayout& cell, int64_t stepCount,
                       const OpCheckMarks* checks)
{
    const std::vector<const TimestepSet*> rests = restsOf(snapshot, cell);
    std::set<int64_t> starts{0};
    for (const TimestepSet* rest : rests)
        for (const TimestepRange& range : rest->ranges())
            starts.insert({range.first, int64_t{range.last} + 1});
    std::map<std::vector<bool>, size_t> kinds; // by whose own rule stands
    for (int64_t first : starts) {
        if (first > 0 && first >= stepCount)
            break;
        std::vector<bool> own;
        for (const TimestepSet* rest : rests)
            own.push_back(rest->contains(first));
        const auto [kind, isNew] = kinds.try_emplace(std::move(own), m_kinds.size());
        if (isNew)
            m_kinds.push_back(looksOf(snapshot, cell, checks, first));
        m_runs.push_back({first, kind->second});
    }
}

size_t StripLooks::kindAt(int64_t timestep) const
{
    const auto after =
        std::upper_bound(m_runs.begin(), m_runs.end(), timestep,
                         [](int64_t step, const Run& run) { return step < run.first; });
    return after == m_runs.begin() ? m_runs.front().kind : std::prev(after)->kind;
}

}
