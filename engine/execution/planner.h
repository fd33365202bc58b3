#pragma once

#include "engine/execution/planned.h"
#include "engine/ops/registry.h"

#include <set>

namespace backstep {

/// Fills a Plan: decides for every value where it lies (ARCHITECTURE joint 7, ENGINE section 5).
/// Kept are carries, values that residual edges read, and all that leaves a body; the rest is
/// scratch. A carry's `in` and `next` share rows of T + 1 instances, a step input is a view of its
/// sequence, and a step output is written where the stacked result lies, wherever that is possible.
class Planner
{
public:
    explicit Planner(Plan& plan);
    void run();

private:
    PlannedRegion& openRegion(RegionId id);
    void markResiduals();
    void planRegion(PlannedRegion& region);
    void planOp(PlannedRegion& region, NodeId id);
    bool planView(PlannedOp& op, const Node& node, const OpDef& def);
    void planScan(PlannedRegion& region, PlannedOp& op, const Node& node);
    void planCarry(const Node& scan, const Region& body, PlannedRegion& planned, size_t index);
    void planStepInput(const Node& scan, const Region& body, size_t index);
    void planStepOutput(const Node& scan, const Region& body, PlannedRegion& planned, size_t index);
    void planSum(const Node& scan, const Region& body, PlannedRegion& planned, size_t index);

    PlannedValue& slot(ValueId id);
    /// True once it is decided where the value lies.
    bool isKnown(ValueId id) const
    {
        const auto found = m_plan.m_values.find(number(id));
        return found != m_plan.m_values.end() && found->second->storage != Storage::Nowhere;
    }
    /// Memory of its own: kept (with rows for every enclosing timeline) or scratch.
    void allocate(ValueId id, bool isKept);
    PlannedValue rows(const TensorType& type, RegionId region, int64_t extraRows);
    void take(ValueId id, const PlannedValue& place);
    /// True if the value is made by a kernel of `region` and nothing decided yet where it goes.
    bool isFreeOutput(ValueId id, RegionId region) const;

    Plan& m_plan;
    const Graph& m_graph;
    std::set<ValueId> m_residuals; ///< values read at the same timestep from another region
};

}
