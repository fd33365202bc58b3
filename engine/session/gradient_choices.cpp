#include "engine/session/gradient_choices.h"

#include "engine/expressions/expression.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

std::string_view nameOf(GradientTarget::Scope scope)
{
    switch (scope) {
    case GradientTarget::Scope::Layer:
        return "layer";
    case GradientTarget::Scope::OpType:
        return "type";
    case GradientTarget::Scope::Node:
        break;
    }
    return "node";
}

GradientTarget::Scope scopeNamed(std::string_view name)
{
    if (name == "layer")
        return GradientTarget::Scope::Layer;
    return name == "type" ? GradientTarget::Scope::OpType : GradientTarget::Scope::Node;
}

std::vector<NodeId> nodesOf(const Graph& graph, const GradientTarget& target)
{
    std::vector<NodeId> nodes;
    for (NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase != Phase::Forward || node.isScan())
            continue;
        const std::string& own = target.scope == GradientTarget::Scope::Node    ? node.origin.name
                                 : target.scope == GradientTarget::Scope::Layer ? node.origin.layer
                                                                                : node.op.type;
        if (own == target.name)
            nodes.push_back(id);
    }
    return nodes;
}

std::vector<std::string> inputNames(const Node& node)
{
    const OpDef* def = operators().find(node.op);
    std::vector<std::string> names;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const Port* port = def ? def->inputPort(i) : nullptr;
        const bool isPlain = port && port->arity != Port::Arity::Many;
        names.push_back(isPlain ? port->name : "x" + std::to_string(i));
    }
    return names;
}

namespace {

/// What the text may speak of at a node whose gradient is being built.
OpValues valuesOf(const GradientScope& scope)
{
    OpValues op;
    op.inputNames = inputNames(scope.node());
    for (size_t i = 0; i < scope.inputCount(); ++i)
        op.inputs.push_back(scope.input(i));
    for (size_t i = 0; i < scope.outputCount(); ++i) {
        op.outputs.push_back(scope.output(i));
        op.cotangents.push_back(scope.cotangent(i));
    }
    return op;
}

/// The same on a graph of its own that holds types alone: for errors, notes and what is given,
/// before anything is built. A type that nothing states counts as float32 (SEMANTICS R16).
OpValues typesOf(const Graph& graph, const Node& node, GraphBuilder& scrap)
{
    const auto declared = [&](ValueId id) {
        if (id == kNoValue)
            return Value();
        const ValueInfo& known = graph.value(id);
        ValueInfo info;
        const bool isConstant = known.kind == ValueKind::Constant;
        info.kind = isConstant ? ValueKind::Constant : ValueKind::Input;
        info.type = known.type;
        info.content = isConstant ? known.content : Tensor();
        if (info.type.dtype == DType::Undefined)
            info.type.dtype = DType::Float32;
        return scrap.declare(std::move(info));
    };
    OpValues op;
    op.inputNames = inputNames(node);
    for (const ValueId input : node.inputs)
        op.inputs.push_back(declared(input));
    for (const ValueId output : node.outputs) {
        op.outputs.push_back(declared(output));
        op.cotangents.push_back(declared(output));
    }
    return op;
}

}

Result<CustomGradient> customGradient(const Graph& graph, const Node& node, const std::string& text)
{
    Result<Expression> parsed = parse(text);
    if (!parsed)
        return parsed.takeError();
    Graph scrap;
    GraphBuilder builder(scrap, kTopRegion);
    Result<LoweredGradient> tried = lowerGradient(*parsed, typesOf(graph, node, builder), builder);
    if (!tried)
        return tried.takeError();
    CustomGradient gradient;
    gradient.notes = std::move(tried->notes);
    for (const Value& cotangent : tried->cotangents)
        gradient.gives.push_back(cotangent.isPresent());
    gradient.build = [expression = std::move(*parsed)](GradientScope& scope) {
        Result<LoweredGradient> built = lowerGradient(expression, valuesOf(scope), scope.builder());
        if (built)
            return std::move(built->cotangents);
        scope.builder().fail(built.takeError());
        return std::vector<Value>(scope.inputCount());
    };
    return gradient;
}

Result<GradientTable> gradientTable(const Graph& graph, const std::vector<GradientChoice>& choices)
{
    GradientTable table;
    std::vector<GradientChoice> ordered = choices;
    // The narrowest scope is attached last and so wins.
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const auto& a, const auto& b) { return a.target.scope > b.target.scope; });
    for (const GradientChoice& choice : ordered) {
        const std::vector<NodeId> nodes = nodesOf(graph, choice.target);
        if (nodes.empty())
            return Error{"unknown-op", fmt::format("No op is named '{}'.", choice.target.name)};
        for (NodeId node : nodes) {
            Result<CustomGradient> gradient = customGradient(graph, graph.node(node), choice.text);
            if (!gradient)
                return gradient.takeError();
            table.attach(node, std::move(*gradient));
        }
    }
    return table;
}

}
