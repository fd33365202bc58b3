#include "engine/graph/graph.h"

#include <algorithm>

namespace backstep {

Graph::Graph()
{
    m_regions.add(kTopRegion, Region{});
}

std::vector<ValueId> Graph::valuesOfKind(ValueKind kind) const
{
    std::vector<ValueId> all;
    for (ValueId id : m_values.ids())
        if (m_values[id].kind == kind && m_values[id].region == kTopRegion)
            all.push_back(id);
    return all;
}

NodeId Graph::addNode(Node node)
{
    if (node.id == kNoNode)
        node.id = m_nodes.nextId();
    const NodeId id = node.id;
    for (ValueId output : node.outputs) {
        if (output == kNoValue)
            continue;
        m_values.edit(output).producer = id;
    }
    m_regions.edit(node.region).nodes.push_back(id);
    m_nodes.add(id, std::move(node));
    return id;
}

ValueId Graph::addValue(ValueInfo value)
{
    if (value.id == kNoValue)
        value.id = m_values.nextId();
    const ValueId id = value.id;
    m_values.add(id, std::move(value));
    return id;
}

RegionId Graph::addRegion(Region region)
{
    if (region.id == kTopRegion)
        region.id = m_regions.nextId();
    const RegionId id = region.id;
    m_regions.add(id, std::move(region));
    return id;
}

TimelineId Graph::addTimeline(int64_t stepCount)
{
    const TimelineId id{static_cast<uint32_t>(m_timelines.size())};
    m_timelines.push_back({id, stepCount, kTopRegion});
    return id;
}

void Graph::removeNode(NodeId id)
{
    const Node node = m_nodes[id];
    if (node.isScan()) {
        const RegionId body = node.body;
        const std::vector<NodeId> inner = m_regions[body].nodes;
        for (NodeId child : inner)
            removeNode(child);
        for (ValueId value : m_values.ids())
            if (m_values[value].region == body)
                m_values.remove(value);
        m_regions.remove(body);
    }
    for (ValueId output : node.outputs)
        if (output != kNoValue)
            m_values.remove(output);
    std::erase(m_regions.edit(node.region).nodes, id);
    m_nodes.remove(id);
}

void Graph::replaceUses(ValueId from, ValueId to)
{
    const auto replaceIn = [&](std::vector<ValueId>& values) {
        std::replace(values.begin(), values.end(), from, to);
    };
    const auto holds = [&](const std::vector<ValueId>& values) {
        return std::find(values.begin(), values.end(), from) != values.end();
    };
    for (NodeId id : m_nodes.ids())
        if (holds(m_nodes[id].inputs))
            replaceIn(m_nodes.edit(id).inputs);
    for (RegionId id : m_regions.ids()) {
        const Region& region = m_regions[id];
        const bool inCarries = std::any_of(region.carries.begin(), region.carries.end(),
                                           [&](const Carry& c) { return c.next == from; });
        if (!inCarries && !holds(region.stepOutputs) && !holds(region.sums))
            continue;
        Region& edited = m_regions.edit(id);
        for (Carry& carry : edited.carries)
            if (carry.next == from)
                carry.next = to;
        replaceIn(edited.stepOutputs);
        replaceIn(edited.sums);
    }
    for (GraphOutput& output : outputs)
        if (output.value == from)
            output.value = to;
    if (loss == from)
        loss = to;
}

int64_t Graph::stepCount(RegionId id) const
{
    const TimelineId timeline = m_regions[id].timeline;
    return timeline == kNoTimeline ? 1 : m_timelines[number(timeline)].stepCount;
}

int Graph::depth(RegionId id) const
{
    int depth = 0;
    while (id != kTopRegion) {
        ++depth;
        id = m_regions[id].parent;
    }
    return depth;
}

bool Graph::isInside(RegionId inner, RegionId outer) const
{
    while (inner != outer) {
        if (inner == kTopRegion)
            return false;
        inner = m_regions[inner].parent;
    }
    return true;
}

EdgeKind Graph::edgeKind(RegionId consumer, ValueId used) const
{
    const RegionId home = m_values[used].region;
    if (home == consumer)
        return EdgeKind::Local;
    if (isInside(consumer, home))
        return EdgeKind::Captured;
    // A residual: some region around the consumer shares the value's timeline.
    const TimelineId timeline = m_regions[home].timeline;
    for (RegionId id = consumer; id != kTopRegion; id = m_regions[id].parent)
        if (m_regions[id].timeline == timeline)
            return EdgeKind::Residual;
    return EdgeKind::Illegal;
}

std::set<ValueId> Graph::reads(NodeId id) const
{
    const Node& node = m_nodes[id];
    std::set<ValueId> all;
    for (ValueId input : node.inputs)
        if (input != kNoValue)
            all.insert(input);
    if (!node.isScan())
        return all;
    const Region& body = m_regions[node.body];
    const auto takeOuter = [&](ValueId value) {
        if (value != kNoValue && !isInside(m_values[value].region, node.body))
            all.insert(value);
    };
    for (NodeId inner : body.nodes)
        for (ValueId value : reads(inner))
            takeOuter(value);
    for (const Carry& carry : body.carries)
        takeOuter(carry.next);
    for (ValueId value : body.stepOutputs)
        takeOuter(value);
    for (ValueId value : body.sums)
        takeOuter(value);
    return all;
}

std::vector<NodeId> Graph::consumers(ValueId id) const
{
    std::vector<NodeId> all;
    for (NodeId node : m_nodes.ids()) {
        const auto& inputs = m_nodes[node].inputs;
        if (std::find(inputs.begin(), inputs.end(), id) != inputs.end())
            all.push_back(node);
    }
    return all;
}

std::string addressText(const Graph& graph, const OpAddress& address)
{
    std::string text = graph.has(address.node) ? graph.node(address.node).origin.name : "?";
    for (int level = 0; level < address.at.depth; ++level)
        text += (level == 0 ? "@" : ".") + std::to_string(address.at.t[static_cast<size_t>(level)]);
    return text;
}

}
