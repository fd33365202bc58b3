#include "engine/exporters/forward_functions.h"

#include "engine/exporters/onnx_function.h"
#include "engine/expressions/expression.h"

#include <algorithm>

namespace backstep {

namespace {

/// An input of the function; of a type that nothing states, a float32.
Value declared(GraphBuilder& builder, const std::string& name, TensorType type)
{
    ValueInfo info;
    info.kind = ValueKind::Input;
    info.type = type.dtype == DType::Undefined ? TensorType{DType::Float32, type.shape} : type;
    info.name = name;
    return builder.declare(std::move(info));
}

bool isRead(const Graph& graph, ValueId value)
{
    return !graph.consumers(value).empty() ||
           std::any_of(graph.outputs.begin(), graph.outputs.end(),
                       [&](const GraphOutput& output) { return output.value == value; });
}

}

Result<ForwardFunction> forwardFunction(const PlacedForward& placed, const std::string& name,
                                        int64_t opset)
{
    const Result<Expression> expression = parse(placed.choice.text);
    if (!expression)
        return expression.error();
    Graph graph;
    GraphBuilder builder(graph, kTopRegion, {.name = name});
    OpValues op;
    op.inputNames = placed.inputNames;
    std::vector<std::pair<std::string, ValueId>> inputs;
    for (size_t i = 0; i < placed.inputs.size(); ++i) {
        const std::string input = "x" + std::to_string(i);
        const bool isPresent = !(placed.inputs[i] == TensorType{});
        op.inputs.push_back(isPresent ? declared(builder, input, placed.inputs[i]) : Value());
        inputs.emplace_back(input,
                            isPresent ? op.inputs.back().id() : declared(builder, input, {}).id());
    }
    for (const auto& [weight, type] : placed.weights)
        op.more[weight] = declared(builder, "w_" + weight, type);
    const Result<std::vector<Value>> results =
        lowerForward(*expression, op, placed.outputs.size(), builder);
    if (!results)
        return results.error();
    for (size_t i = 0; i < results->size(); ++i)
        graph.outputs.push_back({"y" + std::to_string(i), (*results)[i].id()});
    ForwardFunction function;
    for (const auto& [weight, value] : op.more)
        if (isRead(graph, value.id())) {
            function.weights.push_back(weight);
            inputs.emplace_back("w_" + weight, value.id());
        }
    Result<std::string> bytes =
        onnxFunction(std::move(graph), inputs, {name, kCustomDomain}, opset);
    if (!bytes)
        return bytes.takeError();
    function.bytes = std::move(*bytes);
    return function;
}

}
