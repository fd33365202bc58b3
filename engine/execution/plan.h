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

struct PlannedRegion;
struct PlannedValue;

/// Where everything lies and in which order it runs: made once from a graph, immutable, shared.
/// Needs concrete shapes; ops that cannot run are known here (`canRun`).
class Plan
{
public:
    explicit Plan(std::shared_ptr<const Graph> graph);
    ~Plan();

    const Graph& graph() const { return *m_graph; }
    const std::shared_ptr<const Graph>& sharedGraph() const { return m_graph; }

    /// Number of op instances of the whole program.
    Position size() const;
    /// Arithmetic, O(nesting). The position of a Scan node is after its last timestep.
    Position positionOf(const OpAddress& address) const;
    OpAddress addressAt(Position position) const;
    /// First position of the loss phase's end: everything before it is forward and loss.
    Position backwardStart() const { return m_backwardStart; }

    /// Ops whose inputs or kernel are missing: the run stops before them.
    bool canRun(NodeId node) const;

    const PlannedRegion& region(RegionId id) const;
    const PlannedValue* value(ValueId id) const;
    size_t arenaBytes() const { return m_arenaBytes; }

private:
    friend class Planner;
    std::shared_ptr<const Graph> m_graph;
    std::unordered_map<uint32_t, std::unique_ptr<PlannedRegion>> m_regions;
    std::unordered_map<uint32_t, std::unique_ptr<PlannedValue>> m_values;
    size_t m_arenaBytes = 0, m_scratchBytes = 0;
    Position m_backwardStart = 0;
};

}
