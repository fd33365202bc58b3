#include "engine/execution/graph_values.h"

#include "engine/base/text.h"
#include "engine/execution/executor.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

namespace backstep {

namespace {

Error unknown(std::string why)
{
    return {"not-at-hand", std::move(why)};
}

}

void GraphValues::forgetFrom(ValueId first)
{
    m_known.erase(m_known.lower_bound(first), m_known.end());
}

Result<Tensor> GraphValues::of(const Graph& graph, ValueId value)
{
    std::vector<ValueId> pending{value}; // no recursion: a chain of ops may be long
    while (!pending.empty()) {
        const ValueId id = pending.back();
        if (m_known.contains(id)) {
            pending.pop_back();
            continue;
        }
        const ValueInfo& info = graph.value(id);
        if (info.region != kTopRegion)
            return unknown(fmt::format("'{}' is of one timestep", printable(info.name)));
        if (info.kind == ValueKind::Input) {
            const auto given = m_inputs.find(info.name);
            if (given == m_inputs.end() || !(given->second.type() == info.type))
                return unknown(fmt::format("there is no data for '{}'", printable(info.name)));
            m_known[id] = given->second;
            continue;
        }
        if (info.isContent()) {
            m_known[id] = info.content;
            continue;
        }
        const Node& node = graph.node(info.producer);
        const size_t before = pending.size();
        for (ValueId read : graph.reads(node.id))
            if (!m_known.contains(read))
                pending.push_back(read);
        if (pending.size() > before)
            continue;
        if (Result<void> computed = compute(graph, node); !computed)
            return computed.takeError();
    }
    return m_known.at(value);
}

Result<void> GraphValues::compute(const Graph& graph, const Node& node)
{
    if (node.problem)
        return unknown(
            fmt::format("'{}' ({}) cannot be computed", printable(node.origin.name), node.op.type));
    for (ValueId output : node.outputs)
        if (output != kNoValue && graph.value(output).type.shape.count() > kMostElements)
            return unknown(fmt::format("'{}' is too large", printable(graph.value(output).name)));
    std::vector<Tensor> inputs;
    for (ValueId input : node.inputs)
        inputs.push_back(input == kNoValue ? Tensor() : m_known.at(input));
    Result<std::vector<Tensor>> outputs =
        node.isScan() ? scanResults(graph, node)
                      : evaluate(node.op, node.attributes, inputs, node.outputs.size());
    if (!outputs)
        return outputs.takeError();
    if (outputs->size() < node.outputs.size())
        return unknown(fmt::format("{} has {} results and not {}", node.op.type, outputs->size(),
                                   node.outputs.size()));
    for (size_t i = 0; i < node.outputs.size(); ++i)
        if (node.outputs[i] != kNoValue)
            m_known[node.outputs[i]] = std::move(outputs->at(i));
    return {};
}

/// Runs the Scan alone, what it reads being constants.
Result<std::vector<Tensor>> GraphValues::scanResults(const Graph& graph, const Node& scan) const
{
    Graph alone = graph;
    for (ValueId read : graph.reads(scan.id)) {
        ValueInfo& info = alone.editValue(read);
        if (info.producer != kNoNode) {
            std::vector<ValueId>& outputs = alone.editNode(info.producer).outputs;
            std::replace(outputs.begin(), outputs.end(), read, kNoValue);
        }
        info.kind = ValueKind::Constant;
        info.producer = kNoNode;
        info.content = m_known.at(read);
    }
    for (NodeId other : graph.region(kTopRegion).nodes)
        if (other != scan.id)
            alone.removeNode(other);
    alone.outputs.clear();
    for (ValueId output : scan.outputs)
        if (output != kNoValue)
            alone.outputs.push_back({graph.value(output).name, output});
    for (ValueId input : alone.valuesOfKind(ValueKind::Input))
        alone.removeValue(input); // the Scan reads none: those that it read are constants now
    const auto plan = std::make_shared<const Plan>(std::make_shared<const Graph>(std::move(alone)));
    Result<Recording> recording = Recording::make(plan, {});
    if (!recording)
        return recording.takeError();
    Executor executor(std::move(*recording));
    if (executor.run(plan->size()).reason != Stop::Reached)
        return unknown(
            fmt::format("'{}' cannot be computed to its end", printable(scan.origin.name)));
    std::vector<Tensor> results;
    for (ValueId output : scan.outputs) {
        Result<Tensor> value = output == kNoValue ? Result<Tensor>(Tensor())
                                                  : executor.value({output, {}}, plan->size());
        if (!value)
            return value.takeError();
        results.push_back(std::move(*value));
    }
    return results;
}

}
