// Recurrences that keep their carries only where segments begin: what a backward pass reads of a
// segment is computed again from there (ENGINE section 5).

#include "engine/execution/planner.h"

#include <algorithm>

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

/// Timelines whose segments can be run again: without recurrences inside.
void Planner::markCheckpointed()
{
    std::set<RegionId> parents;
    for (RegionId id : m_graph.regionIds())
        if (id != kTopRegion && m_graph.depth(id) > 1)
            parents.insert(m_graph.region(id).parent);
    const auto isSimple = [&](RegionId id) {
        return m_graph.depth(id) == 1 && !parents.contains(id);
    };
    for (RegionId id : m_graph.regionIds()) {
        if (id == kTopRegion)
            continue;
        const auto inTimeline = [&](RegionId each) {
            return each != kTopRegion &&
                   m_graph.region(each).timeline == m_graph.region(id).timeline;
        };
        const std::vector<RegionId>& all = m_graph.regionIds();
        if (std::all_of(all.begin(), all.end(),
                        [&](RegionId each) { return !inTimeline(each) || isSimple(each); }))
            m_checkpointed.insert(id);
    }
}

/// The same rows, but of one segment, in scratch; those at its borders are kept.
void Planner::planCheckpoint(const Node& scan, const Region& body, PlannedRegion& planned,
                             size_t index)
{
    const Carry& carry = body.carries[index];
    const TensorType& type = m_graph.value(carry.in).type;
    const auto level = static_cast<size_t>(planned.depth - 1);
    const bool isForward = planned.direction == Direction::Forward;
    PlannedCheckpoint own;
    own.in = scratch(type, body.id, true, 1);
    own.in.root = carry.in;
    own.next = own.in;
    own.in.shifts[level] = isForward ? 0 : 1;
    own.next.shifts[level] = isForward ? 1 : 0;
    own.bytes = own.in.strides[level];
    const int64_t count = planned.segmentCount();
    TensorType all = type;
    all.shape.insert(0, count + 1);
    own.row = rows(all, kTopRegion, 0);
    own.row.layout = own.in.layout;
    take(carry.in, own.in);
    const auto row = [&](int64_t number) {
        PlannedValue place = own.row;
        place.offset += number * own.bytes;
        return place;
    };
    planned.atStart.push_back(copy(slot(scan.inputs[index]), row(isForward ? 0 : count)));
    if (scan.outputs[index] != kNoValue)
        take(scan.outputs[index], row(isForward ? count : 0));
    placeNext(planned, body, carry.next, own.next);
    planned.checkpoints.push_back(own);
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
    for (RegionId id : found)
        region.sources.push_back(&m_plan.region(id));
}

}
