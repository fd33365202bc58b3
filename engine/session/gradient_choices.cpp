#include "engine/session/gradient_choices.h"

#include "engine/base/text.h"
#include "engine/diagnostics/fix.h"
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
    case GradientTarget::Scope::Timesteps:
        return "timesteps";
    case GradientTarget::Scope::Node:
        break;
    }
    return "node";
}

std::string textOf(const GradientTarget& target)
{
    return target.steps.isEmpty() ? target.name : target.name + "@" + target.steps.text();
}

GradientTarget targetOf(std::string_view scope, const std::string& text)
{
    if (scope == nameOf(GradientTarget::Scope::Timesteps))
        if (Result<GradientTarget> target = targetAtTimesteps(text))
            return std::move(*target);
    for (const auto known : {GradientTarget::Scope::Layer, GradientTarget::Scope::OpType})
        if (scope == nameOf(known))
            return {known, text};
    return {GradientTarget::Scope::Node, text};
}

Result<GradientTarget> targetAtTimesteps(const std::string& text)
{
    const size_t at = text.rfind('@');
    if (at == std::string::npos)
        return Error{"timesteps", fmt::format("'{}' names no timesteps.", printable(text)),
                     "Write them behind the op's name: lstm/Sign@3-5."};
    Result<TimestepSet> steps = TimestepSet::parse(std::string_view(text).substr(at + 1));
    if (!steps)
        return steps.takeError();
    return GradientTarget{GradientTarget::Scope::Timesteps, text.substr(0, at), std::move(*steps)};
}

std::vector<NodeId> nodesOf(const Graph& graph, const GradientTarget& target)
{
    std::vector<NodeId> nodes;
    for (NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase != Phase::Forward || node.isScan())
            continue;
        const std::string& own = target.scope == GradientTarget::Scope::OpType  ? node.op.type
                                 : target.scope == GradientTarget::Scope::Layer ? node.origin.layer
                                                                                : node.origin.name;
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

bool isCut(const std::string& text)
{
    const size_t first = text.find_first_not_of(" \t\n");
    return first != std::string::npos &&
           text.substr(first, text.find_last_not_of(" \t\n") + 1 - first) == kNoGradient;
}

Result<CustomGradient> customGradient(const Graph& graph, const Node& node, const std::string& text)
{
    if (isCut(text))
        return CustomGradient{
            [](GradientScope& scope) { return std::vector<Value>(scope.inputCount()); },
            std::vector<bool>(node.inputs.size(), false)};
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

Result<CustomGradient> customGradient(const Graph& graph, const Node& node,
                                      const GradientChoice& choice)
{
    Result<CustomGradient> gradient = customGradient(graph, node, choice.text);
    if (!gradient || choice.target.scope != GradientTarget::Scope::Timesteps)
        return gradient;
    const TimestepSet& steps = choice.target.steps;
    if (steps.isEmpty())
        return Error{"timesteps", "It is not said for which timesteps the gradient is.",
                     "Write them as 7, 3-5 or 0-2,9; the first one is 0."};
    const std::string name = printable(node.origin.name);
    if (node.region == kTopRegion)
        return Error{"timesteps", fmt::format("'{}' stands in no loop: it runs once.", name),
                     "Attach the gradient to the op without timesteps."};
    const int64_t count = graph.stepCount(node.region);
    if (const TimestepSet missing = steps.without(TimestepSet::firstOf(count)); !missing.isEmpty())
        return Error{"timesteps",
                     fmt::format("'{}' runs at {} timesteps, 0 to {}: it has no timestep {}.", name,
                                 count, count - 1, missing.text()),
                     "Name timesteps that there are."};
    gradient->steps = std::make_shared<const TimestepSet>(steps);
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
            Result<CustomGradient> gradient = customGradient(graph, graph.node(node), choice);
            if (!gradient)
                return gradient.takeError();
            table.attach(node, std::move(*gradient), graph.stepCount(graph.node(node).region));
        }
    }
    return table;
}

}
