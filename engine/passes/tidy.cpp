// Plumbing, invariants, constants: what is in a file only because of how it was exported.

#include "engine/ops/recurrent_layer.h"
#include "engine/ops/registry.h"
#include "engine/passes/passes.h"

#include <algorithm>
#include <set>

namespace backstep {

namespace {

/// Every value that something reads.
std::set<ValueId> readValues(const Graph& graph)
{
    std::set<ValueId> read;
    for (NodeId id : graph.nodeIds())
        read.insert(graph.node(id).inputs.begin(), graph.node(id).inputs.end());
    for (RegionId id : graph.regionIds()) {
        const Region& region = graph.region(id);
        for (const Carry& carry : region.carries)
            read.insert(carry.next);
        read.insert(region.stepOutputs.begin(), region.stepOutputs.end());
        read.insert(region.sums.begin(), region.sums.end());
    }
    for (const GraphOutput& output : graph.outputs)
        read.insert(output.value);
    read.insert(graph.loss);
    return read;
}

bool changesNothing(const Graph& graph, const Node& node)
{
    if (node.problem || node.inputs.empty() || node.outputs.size() != 1)
        return false;
    const std::string& op = node.op.type;
    if (!node.op.domain.empty() ||
        (op != "Identity" && op != "Cast" && op != "Expand" && op != "Reshape"))
        return false;
    const ValueInfo &from = graph.value(node.inputs[0]), &to = graph.value(node.outputs[0]);
    return from.type.dtype != DType::Undefined && from.type == to.type;
}

}

void dropPlumbing(Graph& graph)
{
    for (NodeId id : graph.nodeIds()) {
        const Node node = graph.node(id);
        if (node.region == kTopRegion || !changesNothing(graph, node))
            continue;
        graph.replaceUses(node.outputs[0], node.inputs[0]);
        graph.removeNode(id);
    }
}

void hoistInvariants(Graph& graph)
{
    for (NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.region == kTopRegion || node.isScan() || node.inputs.empty())
            continue;
        const bool isInvariant =
            std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
                if (input == kNoValue)
                    return true;
                const ValueInfo& info = graph.value(input);
                return graph.edgeKind(node.region, input) == EdgeKind::Captured ||
                       info.kind == ValueKind::Constant || info.kind == ValueKind::Weight;
            });
        if (!isInvariant)
            continue;
        const RegionId from = node.region, parent = graph.region(from).parent;
        Node& moved = graph.editNode(id);
        moved.region = parent;
        for (ValueId input : moved.inputs)
            if (input != kNoValue && graph.value(input).region == from)
                graph.editValue(input).region = parent;
        for (ValueId output : moved.outputs)
            if (output != kNoValue)
                graph.editValue(output).region = parent;
        std::erase(graph.editRegion(from).nodes, id);
        // Before the Scan that holds the body; the order is settled at the end of all passes.
        std::vector<NodeId>& nodes = graph.editRegion(parent).nodes;
        nodes.insert(std::find(nodes.begin(), nodes.end(), graph.region(from).owner), id);
    }
}

void foldConstants(Graph& graph)
{
    for (NodeId id : graph.nodeIds()) {
        if (!graph.has(id))
            continue;
        const Node node = graph.node(id);
        if (node.problem || node.isScan() || node.origin.phase != Phase::Forward)
            continue;
        std::vector<Tensor> inputs;
        bool isKnown = !node.inputs.empty();
        for (ValueId input : node.inputs) {
            isKnown =
                isKnown && (input == kNoValue || graph.value(input).kind == ValueKind::Constant);
            inputs.push_back(isKnown && input != kNoValue ? graph.value(input).content : Tensor());
        }
        if (!isKnown)
            continue;
        Result<std::vector<Tensor>> results =
            evaluate(node.op, node.attributes, inputs, node.outputs.size());
        if (!results)
            continue;
        for (size_t i = 0; i < node.outputs.size() && i < results->size(); ++i) {
            if (node.outputs[i] == kNoValue)
                continue;
            ValueInfo info;
            info.kind = ValueKind::Constant;
            info.region = node.region;
            info.type = (*results)[i].type();
            info.name = graph.value(node.outputs[i]).name;
            info.content = (*results)[i];
            graph.replaceUses(node.outputs[i], graph.addValue(std::move(info)));
        }
        graph.removeNode(id);
    }
}

void dropUnusedExpansions(Graph& graph)
{
    const std::vector<NodeId> nodes = graph.region(kTopRegion).nodes;
    for (auto id = nodes.rbegin(); id != nodes.rend(); ++id) {
        const Node& node = graph.node(*id);
        if (node.isScan() || node.problem || !isRecurrentLayer(node.origin.source))
            continue;
        const std::set<ValueId> read = readValues(graph);
        if (std::none_of(node.outputs.begin(), node.outputs.end(),
                         [&](ValueId output) { return read.contains(output); }))
            graph.removeNode(*id);
    }
}

void dropUnusedConstants(Graph& graph)
{
    const std::set<ValueId> read = readValues(graph);
    for (ValueId id : graph.valueIds())
        if (graph.value(id).kind == ValueKind::Constant && !read.contains(id))
            graph.removeValue(id);
}

Result<void> runImportPasses(Graph& graph)
{
    dropPlumbing(graph);
    hoistInvariants(graph);
    classifyWeights(graph);
    foldConstants(graph);
    if (Result<void> sorted = graph.sortTopologically(); !sorted)
        return sorted;
    sinkIntoBodies(graph);
    dropUnusedExpansions(graph);
    dropUnusedConstants(graph);
    if (Result<void> sorted = graph.sortTopologically(); !sorted)
        return sorted;
    return graph.verify();
}

}
