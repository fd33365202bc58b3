#include "engine/checks/single_op.h"

#include <fmt/format.h>

namespace backstep {

Result<CheckedFunction> singleOp(const Graph& graph, const Node& node,
                                 const std::function<Tensor(ValueId)>& valueOf,
                                 const CustomGradient* custom)
{
    CheckedFunction function;
    GraphBuilder builder(function.graph, kTopRegion, node.origin);
    std::map<ValueId, Value> known;
    std::vector<Value> inputs;
    for (const ValueId id : node.inputs) {
        if (id == kNoValue || known.contains(id)) {
            inputs.push_back(id == kNoValue ? Value() : known.at(id));
            continue;
        }
        const ValueInfo& info = graph.value(id);
        const Tensor tensor = valueOf(id);
        if (tensor.isNull())
            return Error{"not-computable", fmt::format("'{}' has no value", info.name)};
        if (info.kind == ValueKind::Constant || !isFloating(tensor.dtype())) {
            inputs.push_back(builder.constant(tensor, info.name));
        } else {
            ValueInfo input;
            input.kind = ValueKind::Input;
            input.type = tensor.type();
            input.name = info.name;
            inputs.push_back(builder.declare(std::move(input)));
            function.point[inputs.back().id()] = tensor;
        }
        known[id] = inputs.back();
    }
    const std::vector<Value> outputs =
        builder.addAll(node.op, inputs, node.attributes, node.outputs.size());
    if (builder.error())
        return Error(*builder.error());
    for (const Value& output : outputs)
        if (output.isPresent())
            function.graph.outputs.push_back({"y", output.id()});
    if (custom && !outputs.empty()) {
        CustomGradient always = *custom;
        always.steps = nullptr; // it runs once here
        function.gradients.attach(function.graph.value(outputs.front().id()).producer,
                                  std::move(always));
    }
    return function;
}

CheckedFunction wholeModel(const Graph& program, const std::function<Tensor(ValueId)>& valueOf)
{
    CheckedFunction function;
    function.graph = program;
    Graph& graph = function.graph;
    const std::vector<NodeId> nodes = graph.region(kTopRegion).nodes;
    for (auto id = nodes.rbegin(); id != nodes.rend(); ++id)
        if (graph.node(*id).origin.phase == Phase::Backward)
            graph.removeNode(*id);
    for (const ValueId weight : graph.valuesOfKind(ValueKind::Weight)) {
        function.point[weight] = graph.value(weight).content;
        ValueInfo& info = graph.editValue(weight);
        info.kind = ValueKind::Input;
        info.content = {};
    }
    for (const ValueId input : program.valuesOfKind(ValueKind::Input))
        function.point[input] = valueOf(input);
    graph.outputs = {{"loss", graph.loss}};
    return function;
}

}
