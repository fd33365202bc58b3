#pragma once

#include "engine/graph/graph.h"

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace backstep {

/// Op instances counted in program order. The cursor is one: an op is executed iff its position is
/// before the cursor.
using Position = uint64_t;

struct PlannedOp;
struct PlannedRegion;
struct PlannedValue;

struct PlanOptions {
    /// Keep every value of every timestep (level "full"), not only what cannot be replayed quickly.
    bool keepsAll = false;
    /// What may be kept, in bytes. Above it a recurrence keeps its carries where segments begin,
    /// and the backward pass runs segments forward again (ENGINE section 5): all but the last ones,
    /// which are kept as far as the bytes go.
    size_t keptBytes = SIZE_MAX;
    /// Among how many threads the work of a long recurrence is shared. It decides how sums are
    /// split, so the last bits depend on it (SEMANTICS R12); on nothing else of the machine.
    int threads = 1;
};

/// Where everything lies and in which order it runs: made once from a graph, immutable, shared.
/// Needs concrete shapes; ops that cannot run are known here (`canRun`).
class Plan
{
public:
    explicit Plan(std::shared_ptr<const Graph> graph, const PlanOptions& options = {});
    ~Plan();

    const Graph& graph() const { return *m_graph; }
    const std::shared_ptr<const Graph>& sharedGraph() const { return m_graph; }

    /// Number of op instances of the whole program.
    Position size() const;
    /// Arithmetic, O(nesting). The position of a Scan node is after its last timestep.
    Position positionOf(const OpAddress& address) const;
    OpAddress addressAt(Position position) const;
    /// The position at which a timestep of a region begins; `at` holds one timestep per level.
    Position startOf(RegionId region, const TimestepPath& at) const;
    /// Where the backward pass begins; equal to size() when there is none.
    Position backwardStart() const { return m_backwardStart; }

    /// False for an op that has no kernel for its inputs, and for what reads its outputs.
    bool canRun(NodeId node) const;

    const PlannedRegion& region(RegionId id) const { return *m_regions.at(number(id)); }
    const PlannedOp& op(NodeId node) const;
    const PlannedValue& value(ValueId id) const { return *m_values.at(number(id)); }
    const std::unordered_map<uint32_t, std::unique_ptr<PlannedValue>>& values() const
    {
        return m_values;
    }
    size_t keptBytes() const { return m_keptBytes; }
    size_t scratchBytes() const { return m_scratchBytes; }
    /// How many threads a run has work for; no more than asked for.
    int threads() const { return m_threads; }

private:
    friend class Planner;
    void clear();
    std::shared_ptr<const Graph> m_graph;
    std::unordered_map<uint32_t, std::unique_ptr<PlannedRegion>> m_regions;
    std::unordered_map<uint32_t, std::unique_ptr<PlannedValue>> m_values;
    std::vector<std::unique_ptr<PlannedValue>> m_places;  ///< ends of copies beside a Scan's ops
    std::unordered_map<uint32_t, size_t> m_indexInRegion; ///< node id to its place
    size_t m_keptBytes = 0, m_scratchBytes = 0;
    int m_threads = 1;
    Position m_backwardStart = 0;
};

}
