// Order and invariants of a Graph.

#include "engine/graph/graph.h"

#include <fmt/format.h>

#include <map>
#include <queue>

namespace backstep {

namespace {

/// The node of `region` that stands for `producer`: itself, or the Scan that holds it.
NodeId standInFor(const Graph& graph, NodeId producer, RegionId region)
{
    while (producer != kNoNode) {
        const RegionId home = graph.node(producer).region;
        if (home == region)
            return producer;
        if (home == kTopRegion)
            return kNoNode;
        producer = graph.region(home).owner;
    }
    return kNoNode;
}

/// Which nodes of the region must run before `node`: producers of what it reads. What lies in
/// another region (a residual) counts as the Scan there.
std::set<NodeId> dependencies(const Graph& graph, NodeId node, RegionId region)
{
    std::set<NodeId> all;
    for (ValueId value : graph.reads(node)) {
        const ValueInfo& info = graph.value(value);
        NodeId producer = info.producer;
        if (producer == kNoNode && info.region != kTopRegion)
            producer = graph.region(info.region).owner;
        const NodeId before = standInFor(graph, producer, region);
        if (before != kNoNode && before != node)
            all.insert(before);
        else if (before == node && !graph.node(node).isScan())
            all.insert(node);
    }
    return all;
}

Result<std::vector<NodeId>> sorted(const Graph& graph, const Region& region)
{
    std::map<NodeId, size_t> place;
    for (size_t i = 0; i < region.nodes.size(); ++i)
        place[region.nodes[i]] = i;
    std::map<NodeId, int> waitsFor;
    std::map<NodeId, std::vector<NodeId>> waiters;
    // The smallest place first keeps the file's order wherever it is lawful.
    std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
    for (NodeId node : region.nodes) {
        const std::set<NodeId> before = dependencies(graph, node, region.id);
        waitsFor[node] = static_cast<int>(before.size());
        for (NodeId dependency : before)
            waiters[dependency].push_back(node);
        if (before.empty())
            ready.push(place[node]);
    }
    std::vector<NodeId> order;
    while (!ready.empty()) {
        const NodeId node = region.nodes[ready.top()];
        ready.pop();
        order.push_back(node);
        for (NodeId waiter : waiters[node])
            if (--waitsFor[waiter] == 0)
                ready.push(place[waiter]);
    }
    if (order.size() == region.nodes.size())
        return order;
    std::string names;
    for (NodeId node : region.nodes)
        if (waitsFor[node] > 0 && names.size() < 200)
            names += (names.empty() ? "'" : ", '") + graph.node(node).origin.name + "'";
    return Error{"cyclic-graph", fmt::format("The nodes {} feed each other in a cycle.", names),
                 "A graph must be free of cycles; a recurrence is written as Scan, Loop or LSTM."};
}

std::string describe(const Graph& graph, NodeId id)
{
    const Node& node = graph.node(id);
    return fmt::format("node {} '{}' ({})", number(id), node.origin.name, node.op.type);
}

Result<void> verifyRegion(const Graph& graph, const Region& region, std::set<ValueId>& made)
{
    for (NodeId id : region.nodes) {
        const Node& node = graph.node(id);
        if (node.region != region.id)
            return Error{"internal", describe(graph, id) + " is listed in another region"};
        for (ValueId input : node.inputs) {
            if (input == kNoValue)
                continue;
            if (!graph.has(input))
                return Error{"internal",
                             describe(graph, id) + " reads a value that does not exist"};
            if (graph.edgeKind(region.id, input) == EdgeKind::Illegal)
                return Error{"internal", describe(graph, id) + " reads into a foreign region"};
            const ValueInfo& info = graph.value(input);
            if (info.kind == ValueKind::Output && !made.contains(input))
                return Error{"internal",
                             describe(graph, id) + " reads '" + info.name + "' before it is made"};
        }
        if (node.isScan()) {
            const Region& body = graph.region(node.body);
            const size_t carries = body.carries.size();
            if (node.inputs.size() != carries + body.stepInputs.size() ||
                node.outputs.size() != carries + body.stepOutputs.size() + body.sums.size())
                return Error{"internal", describe(graph, id) + " and its body disagree"};
            if (Result<void> inner = verifyRegion(graph, body, made); !inner)
                return inner;
        }
        for (ValueId output : node.outputs)
            if (output != kNoValue &&
                (!made.insert(output).second || graph.value(output).producer != id))
                return Error{"internal",
                             describe(graph, id) + " makes a value that another one makes"};
    }
    return {};
}

}

Result<void> Graph::sortTopologically()
{
    for (RegionId id : m_regions.ids()) {
        Result<std::vector<NodeId>> order = sorted(*this, m_regions[id]);
        if (!order)
            return order.takeError();
        if (*order != m_regions[id].nodes)
            m_regions.edit(id).nodes = std::move(*order);
    }
    return {};
}

Result<void> Graph::verify() const
{
    std::set<ValueId> made;
    return verifyRegion(*this, m_regions[kTopRegion], made);
}

}
