// Looking values up: what was kept is read, the rest of its timestep is computed again.

#include "engine/execution/executor.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

bool Executor::isComputed(const ValueInfo& info, const TimestepPath& at, Position cursor) const
{
    if (info.isContent())
        return true;
    // What a timestep begins with is there once its first op has run: before, nobody has seen it.
    return info.kind == ValueKind::Output ? plan().positionOf({info.producer, at}) < cursor
                                          : plan().startOf(info.region, at) < cursor;
}

/// True once the run has passed all timesteps of the segment that holds `at`.
bool Executor::isSegmentComplete(const PlannedRegion& region, const TimestepPath& at) const
{
    const int64_t step = at.innermost();
    const int64_t last = region.direction == Direction::Forward ? region.segmentEnd(step) - 1
                                                                : region.segmentStart(step);
    return plan().startOf(region.id, at.upTo(region.depth - 1).then(last)) + region.span <=
           m_reached;
}

/// The ops of one timestep whose results are not kept, up to (not including) position `until`.
/// What is kept is read, never written; inner Scans are skipped: their results are kept.
void Executor::replayTimestep(const PlannedRegion& region, const TimestepPath& at, Position until)
{
    BoundRegion& bound = m_look.bound(region);
    bound.setTimestep(at.innermost());
    const Position start = plan().startOf(region.id, at);
    for (size_t i = 0; i < region.ops.size() && start + region.ops[i].own < until; ++i) {
        const PlannedOp& op = region.ops[i];
        const bool isWanted = op.when == When::Step || op.when == When::Lookup;
        if (isWanted && op.writesScratch && op.runsAt(at.innermost()))
            bound.runOp(i);
    }
}

/// Timesteps of the segment in the look-up lane, in the order of running: from the first that was
/// not replayed yet up to `end` (not included), as far as the run has come.
void Executor::replayTimesteps(const PlannedRegion& region, int64_t end)
{
    const int64_t first = m_replayed->first, last = region.segmentEnd(first) - 1;
    for (; m_replayed->stepCount < end; ++m_replayed->stepCount) {
        const int64_t i = m_replayed->stepCount;
        const TimestepPath at =
            m_replayed->outer.then(region.direction == Direction::Forward ? first + i : last - i);
        if (plan().startOf(region.id, at) >= m_reached)
            return;
        replayTimestep(region, at, m_reached);
        if (region.isCheckpointed)
            m_look.bound(region).runAtStep();
    }
}

/// Fills the look-up lane with the segment of `at`: what is batched before the timesteps, those
/// timesteps that `at` needs, and if wanted all of them and what is batched behind them. Results
/// behind the timesteps may go to the recording: they are the bits that the run writes there.
void Executor::replaySegment(const PlannedRegion& region, const TimestepPath& at, bool needsAfter)
{
    const TimestepPath outer = at.upTo(region.depth - 1);
    const int64_t step = at.innermost(), first = region.segmentStart(step);
    const bool isThere = m_replayed && m_replayed->region == region.id &&
                         m_replayed->outer == outer && m_replayed->first == first &&
                         m_replayed->reached == m_reached;
    if (!isThere) {
        m_look.beginSegment(region, outer, step);
        m_look.loadCarries(region);
        m_look.bound(region).runBatched(When::Before);
        m_replayed = Replayed{region.id, outer, first, m_reached};
    }
    const int64_t end = region.segmentEnd(step);
    if (region.isCheckpointed)
        replayTimesteps(region,
                        region.direction == Direction::Forward ? step - first : end - 1 - step);
    if (!needsAfter || m_replayed->hasAfter)
        return;
    replayTimesteps(region, end - first);
    m_look.bound(region).runBatched(When::After);
    m_replayed->hasAfter = true;
}

void Executor::replay(RegionId id, const TimestepPath& at, Position until, bool needsAfter)
{
    if (id == kTopRegion)
        return;
    const PlannedRegion& region = plan().region(id);
    if (region.depth > 1) {
        replay(plan().graph().region(id).parent, at.upTo(region.depth - 1), plan().startOf(id, at),
               false);
        m_replayed.reset(); // the lane holds what one timestep around it gives
    }
    replaySegment(region, at, needsAfter);
    replayTimestep(region, at, until);
}

/// True for what is batched behind the timesteps of a segment, and views of it.
bool Executor::isMadeAfter(const PlannedValue& value) const
{
    if (value.storage != Storage::Kept && value.storage != Storage::Scratch)
        return false;
    const ValueInfo& root = plan().graph().value(value.root);
    return root.kind == ValueKind::Output && root.region != kTopRegion &&
           plan().op(root.producer).when == When::After;
}

Result<Tensor> Executor::value(const ValueAddress& address, Position cursor)
{
    const ValueInfo& info = plan().graph().value(address.value);
    const PlannedValue& planned = plan().value(address.value);
    if (planned.storage == Storage::Nowhere)
        return Error{"not-computable", "it cannot be computed: an op before it has no kernel"};
    if (!isComputed(info, address.at, std::min(cursor, m_reached)))
        return Error{"not-executed", "not executed yet"};
    if (info.region != kTopRegion) {
        const PlannedRegion& region = plan().region(info.region);
        const bool isOutput = info.kind == ValueKind::Output;
        const PlannedOp* maker = isOutput ? &plan().op(info.producer) : nullptr;
        if (maker && !maker->runsAt(address.at.innermost()))
            return Error{"not-run", fmt::format("not run at this timestep: it belongs to a "
                                                "gradient for timesteps {} alone",
                                                maker->onlyAt->text())};
        const bool needsAfter =
            maker && (maker->when == When::After || maker->readsAfter || isMadeAfter(planned));
        const bool isDue = needsAfter && !isSegmentComplete(region, address.at);
        if (planned.storage == Storage::Scratch || isDue) {
            const Position until = isOutput ? plan().positionOf({info.producer, address.at}) + 1
                                            : plan().startOf(info.region, address.at);
            replay(info.region, address.at, until, needsAfter);
        }
    }
    return Tensor::copyOf(m_look.viewOf(planned, address.at));
}

}
