// Looking values up: what was kept is read, the rest of its timestep is computed again.

#include "engine/execution/executor.h"

#include <algorithm>

namespace backstep {

bool Executor::isComputed(const ValueInfo& info, const TimestepPath& at, Position cursor) const
{
    switch (info.kind) {
    case ValueKind::Input:
    case ValueKind::Weight:
    case ValueKind::Constant:
        return true;
    case ValueKind::Output:
        return plan().positionOf({info.producer, at}) < cursor;
    case ValueKind::CarryIn:
    case ValueKind::StepIn:
    case ValueKind::Timestep: {
        // There once the timestep's first op has run: before that nobody has seen it.
        return plan().startOf(info.region, at) < cursor;
    }
    }
    return false;
}

/// Computes the scratch values of a region's timestep anew, up to (not including) position `until`.
/// What is kept is read, never written, and inner Scans are skipped: their results are kept.
void Executor::replay(RegionId id, const TimestepPath& at, Position until)
{
    if (id == kTopRegion)
        return;
    const PlannedRegion& region = plan().region(id);
    const RegionId parent = plan().graph().region(id).parent;
    const Position start = plan().startOf(id, at);
    replay(parent, at.upTo(region.depth - 1), start);
    if (region.timestep && region.timestep->storage == Storage::Scratch)
        *reinterpret_cast<int64_t*>(
            m_recording.dataOf(*region.timestep, at, m_look.scratch.data())) = at.innermost();
    for (const PlannedOp& op : region.ops) {
        if (start + op.own >= until)
            return;
        const bool writesScratch =
            std::any_of(op.out.begin(), op.out.end(), [](const PlannedValue* value) {
                return value && value->storage == Storage::Scratch;
            });
        if (writesScratch && op.canRun && !op.body)
            execute(op, at, m_look);
    }
}

Result<Tensor> Executor::value(const ValueAddress& address, Position cursor)
{
    const ValueInfo& info = plan().graph().value(address.value);
    const PlannedValue& planned = plan().value(address.value);
    if (planned.storage == Storage::Nowhere)
        return Error{"not-computable", "it cannot be computed: an op before it has no kernel"};
    if (!isComputed(info, address.at, std::min(cursor, m_reached)))
        return Error{"not-executed", "not executed yet"};
    if (planned.storage == Storage::Scratch) {
        const Position until = info.kind == ValueKind::Output
                                   ? plan().positionOf({info.producer, address.at}) + 1
                                   : plan().startOf(info.region, address.at);
        replay(info.region, address.at, until);
    }
    return Tensor::copyOf(m_recording.viewOf(planned, address.at, m_look.scratch.data()));
}

}
