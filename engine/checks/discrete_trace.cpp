#include "engine/checks/discrete_trace.h"

#include "engine/checks/kinks.h"
#include "engine/ops/registry.h"

#include <functional>

namespace backstep {

namespace {

/// Its result changes in steps: an integer, a boolean, a string, or a staircase of floats.
bool isStaircase(const Graph& graph, const Node& node)
{
    for (const ValueId output : node.outputs)
        if (output != kNoValue && !isFloating(graph.value(output).type.dtype))
            return true;
    const OpDef* def = operators().find(node.op);
    return def && def->gradient.isZero();
}

class Hash
{
public:
    void add(const Tensor& tensor)
    {
        if (tensor.isNull())
            return;
        if (tensor.dtype() == DType::String) {
            for (const std::string& text : tensor.strings())
                add(std::hash<std::string>()(text));
            return;
        }
        for (int64_t i = 0; i < tensor.count(); ++i)
            add(std::hash<double>()(tensor.number(i)));
    }
    uint64_t value() const { return m_value; }

private:
    void add(uint64_t part) { m_value = (m_value ^ part) * 0x100000001b3u + (m_value >> 29); }
    uint64_t m_value = 0xcbf29ce484222325u;
};

/// Calls `visit` at every timestep of the region.
void everyTimestep(const Graph& graph, RegionId region,
                   const std::function<void(const TimestepPath&)>& visit)
{
    if (region == kTopRegion)
        return visit({});
    everyTimestep(graph, graph.region(region).parent, [&](const TimestepPath& outer) {
        for (int64_t t = 0; t < graph.stepCount(region); ++t)
            visit(outer.then(t));
    });
}

}

DiscreteTrace::DiscreteTrace(const Graph& graph) : m_graph(graph)
{
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase == Phase::Forward && !node.isScan() &&
            (hasSides(node) || isStaircase(graph, node)))
            m_nodes.push_back(id);
    }
}

uint64_t DiscreteTrace::of(Executor& executor) const
{
    Hash hash;
    for (const NodeId id : m_nodes) {
        const Node& node = m_graph.node(id);
        everyTimestep(m_graph, node.region, [&](const TimestepPath& at) {
            const auto valueAt = [&](ValueId value) {
                if (value == kNoValue)
                    return Tensor();
                const int depth = m_graph.depth(m_graph.value(value).region);
                Result<Tensor> tensor = executor.value({value, at.upTo(depth)}, executor.reached());
                return tensor ? std::move(*tensor) : Tensor();
            };
            if (!hasSides(node)) {
                for (const ValueId output : node.outputs)
                    hash.add(valueAt(output));
                return;
            }
            std::vector<Tensor> inputs;
            for (const ValueId input : node.inputs)
                inputs.push_back(valueAt(input));
            hash.add(sidesOfKinks(node, inputs));
        });
    }
    return hash.value();
}

}
