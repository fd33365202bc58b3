#pragma once

#include "engine/execution/batching.h"
#include "engine/execution/planned.h"
#include "engine/ops/registry.h"

#include <map>
#include <set>

namespace backstep {

/// Bytes of a place in an arena.
inline size_t aligned(size_t bytes)
{
    constexpr size_t alignment = 64;
    return (bytes + alignment - 1) / alignment * alignment;
}

/// Fills a Plan: decides for every value where it lies (ARCHITECTURE joint 7, ENGINE section 5).
/// Kept are carries, values that residual edges read, and all that leaves a body; the rest is
/// scratch. A carry's `in` and `next` share rows of T + 1 instances, a step input is a view of its
/// sequence, and a step output is written where the stacked result lies, wherever that is possible.
class Planner
{
public:
    enum class Keep : uint8_t {
        Residuals,   ///< what the backward pass reads, and the carries
        All,         ///< every value but the terms of sums
        Checkpoints, ///< of recurrences: the carries where a segment begins
    };
    /// Under Keep::Checkpoints the segments of the last `keptShare` (0 to 1) of a recurrence's
    /// timesteps keep what is read of them, and only the others are run again.
    Planner(Plan& plan, Keep keep, int threads, double keptShare = 0);
    void run();
    /// After a run: the greatest `keptShare` for which the plan keeps no more than so many bytes.
    double keptShareWithin(size_t mostBytes) const;

private:
    PlannedRegion& openRegion(RegionId id);
    void markResiduals();
    void markCheckpointed();
    int64_t segmentLength(RegionId id) const;
    int partsFor(RegionId id) const;
    bool shareBatch(PlannedRegion& region) const;
    void shareSum(PlannedCall& call, NodeId maker) const;
    std::vector<RegionId> sameSegments(RegionId id) const;
    void planRegion(PlannedRegion& region);
    void planOp(PlannedRegion& region, NodeId id);
    void planKernel(PlannedRegion& region, PlannedOp& op, const Node& node, const OpDef& def);
    bool handlesText(const Node& node) const;
    void chooseWhen(const PlannedRegion& region, PlannedOp& op, const Node& node);
    void collectLoopMatrices();
    bool isTransposedOnce(const Node& node) const;
    bool planView(PlannedOp& op, const Node& node, const OpDef& def);
    void placeConcats(RegionId region);
    void planScan(PlannedRegion& region, PlannedOp& op, const Node& node);
    void planCarry(const Node& scan, const Region& body, PlannedRegion& planned, size_t index);
    PlannedValue borderRows(const TensorType& type, const PlannedRegion& region);
    int64_t keptFrom(const PlannedRegion& region) const;
    void keepLastSegments(PlannedValue& place, RegionId id, int64_t extraRows);
    void collectSources(PlannedRegion& region);
    void planStepInput(const Node& scan, const Region& body, size_t index);
    void planStepOutput(const Node& scan, const Region& body, PlannedRegion& planned, size_t index);
    void planSum(const Node& scan, const Region& body, PlannedRegion& planned, size_t index);
    /// A copy between two places, made beside a Scan's ops.
    PlannedCall copy(const PlannedValue& from, const PlannedValue& to);
    /// A place that belongs to no value of the graph.
    const PlannedValue* keep(const PlannedValue& place);
    /// The memory of a dense value in another shape.
    const PlannedValue* inShape(PlannedValue dense, const Shape& shape);

    /// True if the value lies ready before the region's first timestep.
    bool isEarly(RegionId region, ValueId value) const;
    const Batching& batching(RegionId id);
    PlannedValue& slot(ValueId id);
    /// True once it is decided where the value lies.
    bool isKnown(ValueId id) const
    {
        const auto found = m_plan.m_values.find(number(id));
        return found != m_plan.m_values.end() && found->second->storage != Storage::Nowhere;
    }
    /// Memory of its own: kept (with rows for every enclosing timeline) or scratch (with rows for
    /// one segment, or a single one). What must be kept lies in the segment's scratch where a
    /// region is checkpointed.
    void allocate(ValueId id, bool isKept, bool isSegmented);
    PlannedValue scratch(const TensorType& type, RegionId region, bool isSegmented,
                         int64_t extraRows);
    PlannedValue rows(const TensorType& type, RegionId region, int64_t extraRows);
    void take(ValueId id, const PlannedValue& place);
    /// True if the value is made by a kernel of `region` and nothing decided yet where it goes.
    bool isFreeOutput(ValueId id, RegionId region) const;

    Plan& m_plan;
    const Graph& m_graph;
    const Keep m_keep;
    const int m_threads;
    const double m_keptShare;
    std::set<RegionId> m_checkpointed;
    size_t m_replayedBytes = 0;    ///< of all timesteps: what is run again for want of memory
    size_t m_keptRoundings = 0;    ///< at most so many bytes more when a share of it is kept
    std::set<ValueId> m_residuals; ///< values read at the same timestep from another region
    std::map<RegionId, Batching> m_batching;
    std::set<ValueId> m_early; ///< outputs that are ready before the first timestep
    std::set<ValueId> m_late;  ///< outputs that are made after the timesteps
    std::set<ValueId> m_loopMatrices;
    /// Views of which a copy is made all the same; a view of the copy shows the original.
    std::map<ValueId, PlannedValue> m_copiedViews;
    std::set<NodeId> m_placedConcats; ///< whose parts are written in place
};

}
