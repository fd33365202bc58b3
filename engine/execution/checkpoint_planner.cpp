// Recurrences that keep their carries only where segments begin: what a backward pass reads of a
// segment is computed again from there (ENGINE section 5). The last segments are kept as far as the
// memory goes: each one kept is one that is not run twice.

#include "engine/execution/planner.h"

#include <algorithm>
#include <cassert>

namespace backstep {

/// Regions whose segments have the same borders: all of a timeline where residuals are replayed.
std::vector<RegionId> Planner::sameSegments(RegionId id) const
{
    if (!m_checkpointed.contains(id))
        return {id};
    std::vector<RegionId> all;
    for (RegionId each : m_graph.regionIds())
        if (each != kTopRegion && m_graph.region(each).timeline == m_graph.region(id).timeline)
            all.push_back(each);
    return all;
}

/// Timelines whose segments can be run again: without recurrences inside or around.
void Planner::markCheckpointed()
{
    std::set<TimelineId> nested;
    for (RegionId id : m_graph.regionIds())
        if (id != kTopRegion && m_graph.depth(id) > 1)
            for (RegionId each : {id, m_graph.region(id).parent})
                nested.insert(m_graph.region(each).timeline);
    for (RegionId id : m_graph.regionIds())
        if (id != kTopRegion && !nested.contains(m_graph.region(id).timeline))
            m_checkpointed.insert(id);
}

/// Where the carries at the borders of a region's segments are kept: row 0.
PlannedValue Planner::borderRows(const TensorType& type, const PlannedRegion& region)
{
    TensorType all = type;
    all.shape.insert(0, region.segmentCount() + 1);
    PlannedValue row = rows(all, kTopRegion, 0);
    row.layout.shape = type.shape;
    row.layout.strides = type.shape.denseStrides();
    return row;
}

/// Where the segments begin that a region keeps whole: at a border, or nowhere.
int64_t Planner::keptFrom(const PlannedRegion& region) const
{
    const auto kept = static_cast<int64_t>(m_keptShare * static_cast<double>(region.stepCount));
    const int64_t length = region.segmentLength;
    return (region.stepCount - kept + length - 1) / length * length;
}

/// `place` is segmented scratch that another region reads.
void Planner::keepLastSegments(PlannedValue& place, RegionId id, int64_t extraRows)
{
    const PlannedRegion& region = m_plan.region(id);
    const int64_t bytes = place.strides[place.level];
    m_replayedBytes += static_cast<size_t>(bytes * region.stepCount);
    m_keptRoundings += aligned(static_cast<size_t>(bytes * extraRows) + 1);
    if (region.keptFrom >= region.stepCount)
        return;
    place.keptFrom = region.keptFrom;
    place.toKept = static_cast<int64_t>(m_plan.m_keptBytes) - place.offset - place.keptFrom * bytes;
    const int64_t rows = region.stepCount - place.keptFrom + extraRows;
    m_plan.m_keptBytes += aligned(static_cast<size_t>(bytes * rows));
}

double Planner::keptShareWithin(size_t mostBytes) const
{
    const size_t least = m_plan.m_keptBytes + m_keptRoundings;
    if (mostBytes <= least || m_replayedBytes == 0)
        return 0;
    return std::min(1.0,
                    static_cast<double>(mostBytes - least) / static_cast<double>(m_replayedBytes));
}

/// The checkpointed regions of which this one reads residuals: planned before it.
void Planner::collectSources(PlannedRegion& region)
{
    std::set<RegionId> found;
    const auto look = [&](ValueId used) {
        if (used != kNoValue && m_graph.edgeKind(region.id, used) == EdgeKind::Residual &&
            m_checkpointed.contains(m_graph.value(used).region))
            found.insert(m_graph.value(used).region);
    };
    const Region& own = m_graph.region(region.id);
    for (NodeId id : own.nodes)
        for (ValueId input : m_graph.node(id).inputs)
            look(input);
    for (const Carry& carry : own.carries)
        look(carry.next);
    for (const auto* ends : {&own.stepOutputs, &own.sums})
        for (ValueId end : *ends)
            look(end);
    for (RegionId id : found) {
        region.sources.push_back(&m_plan.region(id));
        assert(region.sources.back()->segmentLength == region.segmentLength);
    }
}

}
