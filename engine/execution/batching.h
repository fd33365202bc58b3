#pragma once

#include "engine/graph/graph.h"

#include <map>
#include <set>
#include <vector>

namespace backstep {

/// One addend of what a Scan sums up: `term` is added for every timestep; where `maker` is set, its
/// operands are summed instead (`OpDef::sumOverTime`) and the term, which shows the maker's result
/// in the same or another shape, exists only when looked at.
struct SummedTerm {
    ValueId term = kNoValue;
    NodeId maker = kNoNode;
};

/// What of one body is executed once for all timesteps of a segment, as far as the graph alone
/// tells (which ops can go before the timesteps also depends on where values lie).
class Batching
{
public:
    /// `residuals` are values that other regions of the timeline read.
    Batching(const Graph& graph, RegionId region, const std::set<ValueId>& residuals);

    /// True if the value is the same at every timestep of the region.
    bool isTimeFree(ValueId value) const;
    /// True if the op may be executed with time as a leading axis of its operands.
    bool canBatch(const Node& node) const;
    /// Ops that nothing inside the timesteps waits for.
    bool isAfter(NodeId node) const { return m_after.contains(node); }
    bool isLookup(NodeId node) const { return m_lookups.contains(node); }
    const std::vector<SummedTerm>& terms(size_t sum) const { return m_sums[sum]; }
    /// Values of which every timestep of a segment must be at hand at its end.
    const std::set<ValueId>& segmentValues() const { return m_segmentValues; }

private:
    bool isInTimeline(ValueId value) const;
    void collectReaders();
    void collectTerms(ValueId term, std::vector<SummedTerm>& into);
    /// True if nobody but the sum, and look-ups, wants the value.
    bool isOnlySummed(ValueId value);
    bool isAddition(const Node& maker) const;
    bool canSumOverTime(const Node& maker) const;
    void collectAfter();
    void need(ValueId value);

    const Graph& m_graph;
    const Region& m_region;
    const std::set<ValueId>& m_residuals;
    std::map<ValueId, std::vector<NodeId>> m_readers; ///< within the region, inner bodies too
    std::set<ValueId> m_pinned; ///< carried on, or an addend that is needed as it is
    std::set<NodeId> m_after, m_lookups;
    std::vector<std::vector<SummedTerm>> m_sums;
    std::set<ValueId> m_segmentValues;
};

}
