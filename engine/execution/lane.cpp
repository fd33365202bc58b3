#include "engine/execution/lane.h"

#include <cstring>

namespace backstep {

namespace {

const void* loopOf(const PlannedCall& call)
{
    return std::visit(
        []<class Loop>(const Loop& loop) -> const void* {
            if constexpr (std::is_same_v<Loop, std::monostate>)
                return nullptr;
            else
                return &loop;
        },
        call.loop);
}

/// Time as the leading axis: `count` timesteps that lie `stride` bytes apart. The other axes stand
/// right-aligned below it, so that operands of fewer axes broadcast as they did.
void addTime(TensorView& view, const PlannedValue& value, int64_t stride, int64_t count, int rank)
{
    view.shape = value.layout.shape;
    view.strides = value.layout.strides;
    while (view.shape.rank() < rank - 1) {
        view.shape.insert(0, 1);
        view.strides.insert(0, 0);
    }
    view.shape.insert(0, count);
    view.strides.insert(0, stride / static_cast<int64_t>(elementSize(view.dtype)));
}

}

BoundRegion::BoundRegion(const PlannedRegion& region, const Recording& recording,
                         std::byte* scratch)
    : m_region(region), m_recording(recording), m_scratch(scratch)
{
    m_views.reserve(operandCount()); // spans point into it
    std::vector<const PlannedCall*> ops;
    for (const PlannedOp& op : region.ops)
        ops.push_back(&op.call);
    const auto all = [](const std::vector<PlannedCall>& calls) {
        std::vector<const PlannedCall*> pointers;
        for (const PlannedCall& call : calls)
            pointers.push_back(&call);
        return pointers;
    };
    m_ops = bind(ops);
    m_atStart = bind(all(region.atStart));
    m_atStep = bind(all(region.atStep));
    m_sums = bind(all(region.sums));
    for (size_t i = 0; i < m_ops.size(); ++i)
        if (m_ops[i].kernel && region.ops[i].when == When::Step)
            m_stepOps.push_back(&m_ops[i]);
}

size_t BoundRegion::operandCount() const
{
    size_t count = 0;
    for (const PlannedOp& op : m_region.ops)
        count += op.call.in.size() + op.call.out.size();
    for (const auto* calls : {&m_region.atStart, &m_region.atStep, &m_region.sums})
        for (const PlannedCall& call : *calls)
            count += call.in.size() + call.out.size();
    return count;
}

std::vector<BoundCall> BoundRegion::bind(const std::vector<const PlannedCall*>& calls)
{
    std::vector<BoundCall> bound;
    for (const PlannedCall* call : calls) {
        const size_t first = m_views.size();
        for (const auto* values : {&call->in, &call->out})
            for (const PlannedValue* value : *values) {
                m_views.push_back(value ? value->layout : TensorView{});
                if (value && call->kernel && value->storage != Storage::Nowhere)
                    m_operands.push_back({&m_views.back(), value, call->isBatched,
                                          call->out.at(0)->layout.shape.rank() + 1});
            }
        const std::span<const TensorView> views(m_views.data() + first, m_views.size() - first);
        bound.push_back({call->kernel,
                         {*call->attributes, views.first(call->in.size()),
                          views.subspan(call->in.size()), loopOf(*call), call->prepared.get()}});
    }
    return bound;
}

void BoundRegion::beginSegment(const TimestepPath& outer, const SegmentStarts& segmentStarts,
                               int64_t first, int64_t last)
{
    const auto level = static_cast<size_t>(std::max(m_region.depth - 1, 0));
    m_moving.clear();
    const TimestepPath atZero = m_region.depth == 0 ? outer : outer.then(0);
    for (const Operand& operand : m_operands) {
        std::byte* base = m_recording.dataOf(*operand.value, atZero, m_scratch, segmentStarts);
        const int64_t stride = m_region.depth == 0 ? 0 : operand.value->strides[level];
        operand.view->data = base + first * stride;
        if (stride == 0)
            continue;
        if (!operand.isBatched)
            m_moving.push_back({&operand.view->data, base, stride});
        else
            addTime(*operand.view, *operand.value, stride, last - first, operand.rank);
    }
    if (const PlannedValue* timestep = m_region.timestep) {
        m_timestepBase = m_recording.dataOf(*timestep, atZero, m_scratch, segmentStarts);
        m_timestepStride = timestep->strides[level];
    }
}

void BoundRegion::setTimestep(int64_t step)
{
    for (const Moving& moving : m_moving)
        *moving.data = moving.base + step * moving.stride;
    if (m_timestepBase)
        *reinterpret_cast<int64_t*>(m_timestepBase + step * m_timestepStride) = step;
}

void BoundRegion::runAll(const std::vector<BoundCall>& calls)
{
    for (const BoundCall& call : calls)
        call();
}

void BoundRegion::runStepOps() const
{
    for (const BoundCall* call : m_stepOps)
        (*call)();
}

void BoundRegion::runBatched(When when) const
{
    for (size_t i = 0; i < m_ops.size(); ++i)
        if (m_region.ops[i].when == when && m_ops[i].kernel)
            m_ops[i]();
}

Lane::Lane(const Recording& recording)
    : m_recording(&recording), m_scratch(recording.plan().scratchBytes())
{}

BoundRegion& Lane::bound(const PlannedRegion& region)
{
    auto& own = m_bound[number(region.id)];
    if (!own)
        own = std::make_unique<BoundRegion>(region, *m_recording, m_scratch.data());
    return *own;
}

void Lane::beginSegment(const PlannedRegion& region, const TimestepPath& outer, int64_t step)
{
    for (const PlannedRegion* source : region.sources)
        fill(*source, step);
    bind(region, outer, step);
}

void Lane::bind(const PlannedRegion& region, const TimestepPath& outer, int64_t step)
{
    m_filled.erase(region.id);
    const int64_t first = region.segmentStart(step);
    if (region.depth > 0)
        m_segmentStarts[static_cast<size_t>(region.depth - 1)] = first;
    bound(region).beginSegment(outer, m_segmentStarts, first, region.segmentEnd(step));
}

/// Runs a segment of a region that the run has passed once more. What it writes to the recording
/// are the bits that stand there.
void Lane::fill(const PlannedRegion& region, int64_t step)
{
    const int64_t first = region.segmentStart(step), end = region.segmentEnd(step);
    if (const auto found = m_filled.find(region.id);
        found != m_filled.end() && found->second == first)
        return;
    beginSegment(region, {}, step);
    loadCarries(region);
    BoundRegion& own = bound(region);
    own.runBatched(When::Before);
    for (int64_t i = 0; i < end - first; ++i) {
        own.setTimestep(region.direction == Direction::Forward ? first + i : end - 1 - i);
        own.runStepOps();
        own.runAtStep();
    }
    own.runBatched(When::After);
    m_filled[region.id] = first;
}

std::byte* Lane::rowOf(const PlannedCheckpoint& carry, int64_t row) const
{
    return m_recording->dataOf(carry.row, {}, m_scratch.data(), m_segmentStarts) +
           row * carry.bytes;
}

void Lane::loadCarries(const PlannedRegion& region) const
{
    const bool isForward = region.direction == Direction::Forward;
    const int64_t first = m_segmentStarts[0];
    const int64_t step = isForward ? first : region.segmentEnd(first) - 1;
    const int64_t row = first / region.segmentLength + (isForward ? 0 : 1);
    for (const PlannedCheckpoint& carry : region.checkpoints)
        std::memcpy(viewOf(carry.in, TimestepPath().then(step)).data, rowOf(carry, row),
                    static_cast<size_t>(carry.bytes));
}

void Lane::storeCarries(const PlannedRegion& region)
{
    if (!region.isCheckpointed)
        return;
    const bool isForward = region.direction == Direction::Forward;
    const int64_t first = m_segmentStarts[0];
    const int64_t step = isForward ? region.segmentEnd(first) - 1 : first;
    const int64_t row = first / region.segmentLength + (isForward ? 1 : 0);
    for (const PlannedCheckpoint& carry : region.checkpoints)
        std::memcpy(rowOf(carry, row), viewOf(carry.next, TimestepPath().then(step)).data,
                    static_cast<size_t>(carry.bytes));
    m_filled[region.id] = first;
}

TensorView Lane::viewOf(const PlannedValue& value, const TimestepPath& at) const
{
    TensorView view = value.layout;
    view.data = m_recording->dataOf(value, at, m_scratch.data(), m_segmentStarts);
    return view;
}

}
