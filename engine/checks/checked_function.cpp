#include "engine/checks/checked_function.h"

#include "engine/ops/function_builder.h"

#include <algorithm>
#include <random>

namespace backstep {

namespace {

/// The sum of all elements of value * weight.
Value weighed(const Value& value, const Value& weight)
{
    const Value product = value * weight;
    if (product.shape().rank() == 0)
        return product;
    return reduced("ReduceSum", product, axesFrom(0, product.shape().rank()), false);
}

}

Result<WeighedGradient> withGradient(CheckedFunction& function)
{
    WeighedGradient gradient;
    Graph& graph = function.graph;
    for (const GraphOutput& output : graph.outputs)
        if (output.value != kNoValue && isFloating(graph.value(output.value).type.dtype) &&
            std::find(gradient.results.begin(), gradient.results.end(), output.value) ==
                gradient.results.end())
            gradient.results.push_back(output.value);
    for (const ValueId id : graph.valuesOfKind(ValueKind::Input))
        if (isFloating(graph.value(id).type.dtype))
            gradient.inputs.push_back(id);
    GraphBuilder builder(graph, kTopRegion, {.name = "weighed", .phase = Phase::Loss});
    Value loss;
    for (const ValueId result : gradient.results) {
        ValueInfo weight;
        weight.kind = ValueKind::Input;
        weight.type = graph.value(result).type;
        weight.name = "cotangent";
        const Value w = builder.declare(std::move(weight));
        gradient.weights.push_back(w.id());
        const Value term = weighed(builder.use(result), w);
        loss = loss.isPresent() ? loss + term : term;
    }
    if (builder.error())
        return Error(*builder.error());
    if (!loss.isPresent())
        return Error{"no-output", "no result is floating: there is nothing to differentiate"};
    graph.loss = loss.id();
    const FlowAnalysis flow = analyseFlow(graph, graph.loss, gradient.inputs, function.gradients);
    Result<Differentiated> whole = differentiate(graph, graph.loss, gradient.inputs, flow,
                                                 function.gradients, function.ids, function.order);
    if (!whole)
        return whole.takeError();
    gradient.whole = std::move(*whole);
    return gradient;
}

Result<CheckedFunction> gradientFunction(CheckedFunction function, uint32_t seed)
{
    Result<WeighedGradient> gradient = withGradient(function);
    if (!gradient)
        return gradient.takeError();
    CheckedFunction next;
    next.graph = std::move(gradient->whole.graph);
    next.point = std::move(function.point);
    next.gradients = std::move(function.gradients);
    next.ids = std::move(function.ids);
    next.order = function.order + 1;
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    for (const ValueId weight : gradient->weights) {
        const Shape& shape = next.graph.value(weight).type.shape;
        std::vector<double> values;
        for (int64_t i = 0; i < shape.count(); ++i)
            values.push_back(normal(random));
        next.point[weight] = Tensor::of<double>(shape, values);
    }
    // What was a backward pass is the function now.
    for (const NodeId node : next.graph.nodeIds())
        next.graph.editNode(node).origin.phase = Phase::Forward;
    next.graph.outputs.clear();
    next.graph.loss = kNoValue;
    for (const ValueId input : gradient->inputs)
        if (const auto found = gradient->whole.cotangents.find(input);
            found != gradient->whole.cotangents.end())
            next.graph.outputs.push_back({"d" + next.graph.value(input).name, found->second});
    return next;
}

}
