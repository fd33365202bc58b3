#include "engine/execution/lane.h"

#include <cstring>

namespace backstep {

Lane::Lane(const Recording& recording, Team& team)
    : m_recording(&recording), m_team(&team), m_scratch(recording.plan().scratchBytes())
{}

BoundRegion& Lane::bound(const PlannedRegion& region)
{
    auto& own = m_bound[number(region.id)];
    if (!own)
        own = std::make_unique<BoundRegion>(region, *m_recording, m_scratch.data(), *m_team);
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
    const int64_t first = region.segmentStart(step);
    if (first < region.keptFrom)
        m_filled.erase(region.id);
    if (region.depth > 0)
        m_segmentStarts[static_cast<size_t>(region.depth - 1)] = first;
    bound(region).beginSegment(outer, m_segmentStarts, first, region.segmentEnd(step));
}

/// Runs a segment of a region that the run has passed once more, where it was not kept. What it
/// writes to the recording are the bits that stand there.
void Lane::fill(const PlannedRegion& region, int64_t step)
{
    const int64_t first = region.segmentStart(step);
    if (first >= region.keptFrom)
        return;
    if (const auto found = m_filled.find(region.id);
        found != m_filled.end() && found->second == first)
        return;
    beginSegment(region, {}, step);
    loadCarries(region);
    BoundRegion& own = bound(region);
    own.runSegment(BoundRegion::Sums::Left);
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
    if (first < region.keptFrom)
        m_filled[region.id] = first;
}

TensorView Lane::viewOf(const PlannedValue& value, const TimestepPath& at) const
{
    TensorView view = value.layout;
    view.data = m_recording->dataOf(value, at, m_scratch.data(), m_segmentStarts);
    return view;
}

}
