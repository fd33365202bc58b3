// What stays outside once ops were sunk: values that are still read there, and nothing else.

#include "engine/passes/sinker.h"

#include <algorithm>

namespace backstep {

bool Sinker::isSunk(NodeId id) const
{
    return std::find(m_sunk.begin(), m_sunk.end(), id) != m_sunk.end();
}

bool Sinker::isReadOutside(ValueId value) const
{
    if (value == m_graph.loss)
        return true;
    for (const GraphOutput& output : m_graph.outputs)
        if (output.value == value)
            return true;
    for (NodeId id : m_graph.nodeIds()) {
        const Node& node = m_graph.node(id);
        if (!isSunk(id) &&
            std::find(node.inputs.begin(), node.inputs.end(), value) != node.inputs.end())
            return true;
    }
    return false;
}

/// Values of sunk ops that something outside still reads are stacked and laid out as before.
void Sinker::materializeWhatIsRead()
{
    for (const auto& [value, place] : std::map(m_timed)) {
        const NodeId producer = m_graph.value(value).producer;
        if (producer == kNoNode || !isSunk(producer) || !isReadOutside(value))
            continue;
        const Node maker = m_graph.node(producer);
        GraphBuilder outside(m_graph, kTopRegion, maker.origin);
        const Value stacked = outside.use(stackedValue(place));
        Value whole = stacked;
        const OpDef* def = operators().find(maker.op);
        if (!def || def->overTime != OverTime::Movement) {
            outside.origin().name = maker.origin.name + "/layout";
            outside.origin().sourceOp = nullptr; // ours: no framework has an opinion of it
        }
        const std::vector<int64_t> order = factorOrder(place.layout, stacked.shape().rank(), true);
        if (!std::is_sorted(order.begin(), order.end()))
            whole = transpose(whole, order);
        whole = reshape(whole, m_graph.value(value).type.shape);
        if (m_graph.value(whole.id()).name.empty())
            m_graph.editValue(whole.id()).name = m_graph.value(value).name;
        m_graph.replaceUses(value, whole.id());
    }
}

ValueId Sinker::stackedValue(const TimedValue& place)
{
    Region& body = m_graph.editRegion(place.region);
    Node& scan = m_graph.editNode(body.owner);
    for (size_t i = 0; i < body.stepOutputs.size(); ++i)
        if (body.stepOutputs[i] == place.inner)
            return scan.outputs[body.carries.size() + i];
    ValueInfo info;
    info.type = m_graph.value(place.inner).type;
    info.type.shape.insert(0, m_graph.stepCount(place.region));
    info.producer = body.owner;
    const ValueId stacked = m_graph.addValue(std::move(info));
    const size_t index = body.carries.size() + body.stepOutputs.size();
    body.stepOutputs.push_back(place.inner);
    scan.outputs.insert(scan.outputs.begin() + static_cast<std::ptrdiff_t>(index), stacked);
    return stacked;
}

void Sinker::removeSunk()
{
    for (auto id = m_sunk.rbegin(); id != m_sunk.rend(); ++id) {
        const ValueId output = m_graph.node(*id).outputs[0];
        const bool isRead = isReadOutside(output) || !m_graph.consumers(output).empty();
        if (!isRead)
            m_graph.removeNode(*id);
    }
}

void Sinker::dropUnreadStepOutputs()
{
    for (NodeId id : std::vector(m_graph.region(kTopRegion).nodes)) {
        if (!m_graph.node(id).isScan())
            continue;
        const Region body = m_graph.region(m_graph.node(id).body);
        for (size_t i = body.stepOutputs.size(); i > 0; --i) {
            const size_t index = body.carries.size() + i - 1;
            const ValueId stacked = m_graph.node(id).outputs[index];
            if (isReadOutside(stacked) || !m_graph.consumers(stacked).empty())
                continue;
            auto& outputs = m_graph.editNode(id).outputs;
            outputs.erase(outputs.begin() + static_cast<std::ptrdiff_t>(index));
            auto& inner = m_graph.editRegion(body.id).stepOutputs;
            inner.erase(inner.begin() + static_cast<std::ptrdiff_t>(i - 1));
            m_graph.removeValue(stacked);
        }
    }
}

}
