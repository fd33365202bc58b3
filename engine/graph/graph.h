#pragma once

#include "engine/graph/address.h"
#include "engine/graph/cow_table.h"
#include "engine/graph/node.h"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace backstep {

enum class Direction : uint8_t {
    Forward, ///< timestep 0 runs first
    Reverse, ///< timestep T-1 runs first
};

/// A value handed from one timestep to the next: read as `in`, written as `next`.
struct Carry {
    ValueId in = kNoValue, next = kNoValue;
};

/// The inside of the whole program (no owner) or of one Scan. The inner ends stand in the order of
/// the Scan node: inputs are `initials..., sequences...`, outputs `finals..., stacked..., sums...`.
struct Region {
    RegionId id = kTopRegion, parent = kNoRegion;
    NodeId owner = kNoNode;
    TimelineId timeline = kNoTimeline;
    Direction direction = Direction::Forward;
    std::vector<Carry> carries;
    std::vector<ValueId> stepInputs;
    std::vector<ValueId> stepOutputs;
    std::vector<ValueId> sums;   ///< body values that are added up over the timesteps
    ValueId timestep = kNoValue; ///< int64 scalar, if the body asks for it
    std::vector<NodeId> nodes;   ///< topological order
};

/// Shared by a forward Scan and its adjoints of any order.
struct Timeline {
    TimelineId id = kNoTimeline;
    int64_t stepCount = 0;
    RegionId forward = kTopRegion; ///< the region that made it
};

/// How a consumer reaches a value; computed from regions alone.
enum class EdgeKind : uint8_t {
    Local,    ///< same region
    Captured, ///< value of an enclosing region
    Residual, ///< value of another region of the same timeline, at the same timestep
    Illegal,
};

struct GraphOutput {
    std::string name;
    ValueId value = kNoValue;
};

/// A program: one arena of nodes and values in a tree of regions (ARCHITECTURE joint 1). A value
/// type: a copy shares its parts, and editing one copies that part.
class Graph
{
public:
    Graph();

    const Node& node(NodeId id) const { return m_nodes[id]; }
    const ValueInfo& value(ValueId id) const { return m_values[id]; }
    const Region& region(RegionId id) const { return m_regions[id]; }
    const Timeline& timeline(TimelineId id) const { return m_timelines[number(id)]; }
    bool has(NodeId id) const { return m_nodes.has(id); }
    bool has(ValueId id) const { return m_values.has(id); }
    bool has(RegionId id) const { return m_regions.has(id); }
    std::vector<NodeId> nodeIds() const { return m_nodes.ids(); }
    std::vector<ValueId> valueIds() const { return m_values.ids(); }
    std::vector<RegionId> regionIds() const { return m_regions.ids(); }
    std::span<const Timeline> timelines() const { return m_timelines; }
    std::vector<GraphOutput> outputs;
    ValueId loss = kNoValue; ///< scalar, once a loss was added
    /// int64 [2], run seed and training step, of a graph with random ops: an Input of the top
    /// region whose content says what it is where it is not fed (SEMANTICS R12b).
    ValueId draw = kNoValue;

    /// Values of one kind in the top region, in the order of the file.
    std::vector<ValueId> valuesOfKind(ValueKind kind) const;

    /// Adding: an id of kNo... asks for the next free forward id. The node goes to the end of its
    /// region.
    NodeId addNode(Node node);
    ValueId addValue(ValueInfo value);
    RegionId addRegion(Region region);
    TimelineId addTimeline(int64_t stepCount);
    /// Of the next value that is added without an id.
    ValueId nextValueId() const { return m_values.nextId(); }
    /// Editing copies what is shared with another Graph.
    Node& editNode(NodeId id) { return m_nodes.edit(id); }
    ValueInfo& editValue(ValueId id) { return m_values.edit(id); }
    Region& editRegion(RegionId id) { return m_regions.edit(id); }
    Timeline& editTimeline(TimelineId id) { return m_timelines[number(id)]; }
    /// Takes a node with its outputs (and a Scan with its body) out of the graph.
    void removeNode(NodeId id);
    void removeValue(ValueId id) { m_values.remove(id); }
    /// Makes every reader of `from` read `to`: nodes, inner ends, graph outputs, the loss.
    void replaceUses(ValueId from, ValueId to);

    int64_t stepCount(RegionId id) const;
    /// Number of enclosing Scans: the length of the timestep path inside the region.
    int depth(RegionId id) const;
    bool isInside(RegionId inner, RegionId outer) const;
    EdgeKind edgeKind(RegionId consumer, ValueId used) const;
    /// Everything the node reads; of a Scan also what its body reads from outside it.
    std::set<ValueId> reads(NodeId id) const;
    /// Readers of each value (nodes by input; a Scan by its inputs only).
    std::vector<NodeId> consumers(ValueId id) const;

    /// Puts each region's nodes into topological order; an Error names the nodes of a cycle.
    Result<void> sortTopologically();
    /// Checks every invariant above; an Error is a mistake of ours, not of the user.
    Result<void> verify() const;

private:
    CowTable<NodeId, Node> m_nodes;
    CowTable<ValueId, ValueInfo> m_values;
    CowTable<RegionId, Region> m_regions;
    std::vector<Timeline> m_timelines;
};

/// "Sign", "Sign@3", nested "Sign@2.5".
std::string addressText(const Graph& graph, const OpAddress& address);

}
