#include "tests/engine/checks/graph_faults.h"

#include "engine/ops/graph_builder.h"

#include <algorithm>
#include <set>

namespace backstep::faults {

namespace {

bool isBackward(const Graph& graph, NodeId node)
{
    return node != kNoNode && graph.node(node).origin.phase == Phase::Backward;
}

bool isFloatingValue(const Graph& graph, ValueId value)
{
    return value != kNoValue && isFloating(graph.value(value).type.dtype);
}

/// Backward ops that a target's cotangent is computed from.
std::set<NodeId> usedNodes(const Differentiated& whole)
{
    const Graph& graph = whole.graph;
    std::set<NodeId> used;
    std::vector<ValueId> open;
    for (const auto& [value, cotangent] : whole.cotangents)
        if (graph.value(value).kind == ValueKind::Input)
            open.push_back(cotangent);
    while (!open.empty()) {
        const NodeId node = graph.value(open.back()).producer;
        open.pop_back();
        if (!isBackward(graph, node) || !used.insert(node).second)
            continue;
        for (const ValueId read : graph.reads(node))
            open.push_back(read);
        if (!graph.node(node).isScan())
            continue;
        const Region& body = graph.region(graph.node(node).body);
        for (const Carry& carry : body.carries)
            open.push_back(carry.next);
        open.insert(open.end(), body.stepOutputs.begin(), body.stepOutputs.end());
        open.insert(open.end(), body.sums.begin(), body.sums.end());
    }
    return used;
}

bool isSquareMatrix(const Graph& graph, ValueId value)
{
    const Shape& shape = graph.value(value).type.shape;
    return shape.rank() == 2 && shape[0] == shape[1] && shape[0] > 1;
}

/// The carry that `value` is an end of, seen from another body on the same timeline: its other end.
ValueId otherEnd(const Graph& graph, RegionId reader, ValueId value)
{
    const RegionId home = graph.value(value).region;
    if (home == kTopRegion || graph.edgeKind(reader, value) != EdgeKind::Residual)
        return kNoValue;
    for (const Carry& carry : graph.region(home).carries) {
        if (carry.next == value)
            return carry.in;
        if (carry.in == value)
            return carry.next;
    }
    return kNoValue;
}

/// Values of the forward pass, not the checker's own cotangents.
bool isForwardValue(const Graph& graph, ValueId value)
{
    const ValueInfo& info = graph.value(value);
    if (!isFloating(info.type.dtype) || info.name == "cotangent")
        return false;
    if (info.kind == ValueKind::Output)
        return graph.node(info.producer).origin.phase == Phase::Forward;
    if (info.region == kTopRegion)
        return info.kind == ValueKind::Input;
    return !isBackward(graph, graph.region(info.region).owner);
}

void addInputSites(const Graph& graph, const Node& node, std::vector<Site>& sites)
{
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const ValueId input = node.inputs[i];
        if (!isFloatingValue(graph, input) || !isForwardValue(graph, input))
            continue;
        if (node.op.is("MatMul") && isSquareMatrix(graph, input))
            sites.push_back({Kind::Transposed, node.id, i, kNoValue});
        if (const ValueId end = otherEnd(graph, node.region, input); end != kNoValue)
            sites.push_back({Kind::OffByOne, node.id, i, end});
        for (const ValueId other : graph.valueIds())
            if (other != input && graph.value(other).region == graph.value(input).region &&
                graph.value(other).type == graph.value(input).type && isForwardValue(graph, other))
                sites.push_back({Kind::WrongResidual, node.id, i, other});
    }
}

/// Every reader of `from` reads `to`; so does who asks for a cotangent.
void replace(Differentiated& whole, ValueId from, ValueId to)
{
    whole.graph.replaceUses(from, to);
    for (auto& [value, cotangent] : whole.cotangents)
        if (cotangent == from)
            cotangent = to;
}

/// Puts an op behind a value: all its readers read the op's result.
void insertBehind(Differentiated& whole, ValueId value, const char* op,
                  const std::vector<int64_t>& permutation = {})
{
    Graph& graph = whole.graph;
    ValueInfo result;
    result.region = graph.value(value).region;
    result.type = graph.value(value).type;
    const ValueId made = graph.addValue(std::move(result));
    replace(whole, value, made);
    Node node;
    node.region = graph.value(value).region;
    node.op = {op};
    node.origin.name = "fault";
    node.origin.phase = Phase::Backward;
    node.inputs = {value};
    if (node.op.is("Add"))
        node.inputs.push_back(value);
    if (!permutation.empty())
        node.attributes.set("perm", permutation);
    node.outputs = {made};
    graph.addNode(std::move(node));
}

}

const char* nameOf(Kind kind)
{
    switch (kind) {
    case Kind::Sign:
        return "sign";
    case Kind::FactorTwo:
        return "factor 2";
    case Kind::MissingSum:
        return "missing sum";
    case Kind::Transposed:
        return "transposed weight";
    case Kind::OffByOne:
        return "off-by-one timestep";
    case Kind::WrongResidual:
        break;
    }
    return "wrong residual";
}

std::vector<Site> sitesOf(const Differentiated& whole)
{
    const Graph& graph = whole.graph;
    std::vector<Site> sites;
    for (const NodeId id : usedNodes(whole)) {
        const Node& node = graph.node(id);
        // The inside of a Scan is as much a part of the rule as the ops beside it.
        std::vector<NodeId> ops{id};
        if (node.isScan()) {
            const std::vector<NodeId>& inner = graph.region(node.body).nodes;
            ops.assign(inner.begin(), inner.end());
        }
        for (const NodeId op : ops) {
            const Node& each = graph.node(op);
            if (each.isScan() || each.outputs.size() != 1 ||
                !isFloatingValue(graph, each.outputs[0]))
                continue;
            sites.push_back({Kind::Sign, op, 0, kNoValue});
            sites.push_back({Kind::FactorTwo, op, 0, kNoValue});
            const bool addsUp =
                each.op.is("Add") &&
                graph.value(each.inputs[0]).type == graph.value(each.outputs[0]).type &&
                isBackward(graph, graph.value(each.inputs[0]).producer) &&
                isBackward(graph, graph.value(each.inputs[1]).producer);
            const bool reduces =
                each.op.is("ReduceSum") && graph.value(each.inputs[0]).type.shape.count() >
                                               graph.value(each.outputs[0]).type.shape.count();
            if (addsUp || reduces)
                sites.push_back({Kind::MissingSum, op, 0, kNoValue});
            if (each.op.is("Transpose") && isSquareMatrix(graph, each.inputs[0]))
                sites.push_back({Kind::Transposed, op, 0, kNoValue});
            addInputSites(graph, each, sites);
        }
    }
    return sites;
}

void seed(Differentiated& whole, const Site& site)
{
    Graph& graph = whole.graph;
    const Node node = graph.node(site.node);
    switch (site.kind) {
    case Kind::Sign:
        insertBehind(whole, node.outputs[0], "Neg");
        break;
    case Kind::FactorTwo:
        insertBehind(whole, node.outputs[0], "Add");
        break;
    case Kind::MissingSum:
        if (node.op.is("ReduceSum"))
            graph.editNode(node.id).op.type = "ReduceMax";
        else
            replace(whole, node.outputs[0], node.inputs[0]);
        break;
    case Kind::Transposed:
        if (node.op.is("Transpose")) {
            replace(whole, node.outputs[0], node.inputs[0]);
        } else {
            ValueInfo flipped;
            flipped.region = node.region;
            flipped.type = graph.value(node.inputs[site.input]).type;
            Node flip;
            flip.region = node.region;
            flip.op = {"Transpose"};
            flip.origin.name = "fault";
            flip.origin.phase = Phase::Backward;
            flip.inputs = {node.inputs[site.input]};
            flip.attributes.set("perm", std::vector<int64_t>{1, 0});
            flip.outputs = {graph.addValue(std::move(flipped))};
            graph.editNode(node.id).inputs[site.input] = flip.outputs[0];
            graph.addNode(std::move(flip));
        }
        break;
    case Kind::OffByOne:
    case Kind::WrongResidual:
        graph.editNode(node.id).inputs[site.input] = site.instead;
        break;
    }
    const Result<void> sorted = graph.sortTopologically();
    static_cast<void>(sorted); // a fault adds no cycle; verify() looks again
}

std::string textOf(const Differentiated& whole, const Site& site)
{
    const Node& node = whole.graph.node(site.node);
    return std::string(nameOf(site.kind)) + " at '" + node.origin.name + "' (" + node.op.type + ")";
}

}
