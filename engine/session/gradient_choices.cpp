#include "engine/session/gradient_choices.h"

#include "engine/expressions/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

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

namespace {

/// Names of the op's inputs: those of its ports, "x0", "x1"... for a foreign op.
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

Bindings bindingsOf(const GradientScope& scope)
{
    Bindings bindings;
    const std::vector<std::string> names = inputNames(scope.node());
    for (size_t i = 0; i < scope.inputCount(); ++i) {
        if (!scope.input(i).isPresent())
            continue;
        bindings[names[i]] = scope.input(i);
        bindings["x" + std::to_string(i)] = scope.input(i);
    }
    if (scope.inputCount() > 0)
        bindings["x"] = scope.input(size_t{0});
    for (size_t i = 0; i < scope.outputCount(); ++i) {
        bindings["y" + std::to_string(i)] = scope.output(i);
        bindings["dy" + std::to_string(i)] = scope.cotangent(i);
    }
    if (scope.outputCount() > 0) {
        bindings["y"] = scope.output(size_t{0});
        bindings["dy"] = scope.cotangent(size_t{0});
    }
    return bindings;
}

bool isNone(const Expression& expression, int part)
{
    const size_t term = expression.parts[static_cast<size_t>(part)].term;
    return expression.terms[term].kind == Term::Kind::None;
}

}

Result<CustomGradient> customGradient(const Graph& graph, const Node& node, const std::string& text)
{
    Result<Expression> parsed = parse(text);
    if (!parsed)
        return parsed.takeError();
    // One expression per floating input; the others carry no gradient.
    const std::vector<std::string> allNames = inputNames(node);
    std::vector<std::string> names;
    std::vector<size_t> floatingInputs;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i] == kNoValue)
            continue;
        const DType dtype = graph.value(node.inputs[i]).type.dtype;
        if (!isFloating(dtype) && dtype != DType::Undefined)
            continue;
        names.push_back(allNames[i]);
        floatingInputs.push_back(i);
    }
    Result<std::vector<int>> parts = partsByInput(*parsed, names);
    if (!parts)
        return parts.takeError();
    std::vector<int> partOf(node.inputs.size(), -1);
    CustomGradient gradient;
    gradient.gives.assign(node.inputs.size(), false);
    for (size_t i = 0; i < floatingInputs.size(); ++i) {
        const int part = (*parts)[i];
        partOf[floatingInputs[i]] = part;
        gradient.gives[floatingInputs[i]] = part >= 0 && !isNone(*parsed, part);
    }
    const auto expression = std::make_shared<const Expression>(std::move(*parsed));
    gradient.build = [expression, partOf](GradientScope& scope) {
        std::vector<Value> results(partOf.size());
        Result<std::vector<Value>> built = lower(*expression, bindingsOf(scope), scope.builder());
        if (!built) {
            scope.builder().fail(built.takeError());
            return results;
        }
        for (size_t i = 0; i < partOf.size(); ++i)
            if (partOf[i] >= 0)
                results[i] = (*built)[static_cast<size_t>(partOf[i])];
        return results;
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
