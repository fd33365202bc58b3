#include "engine/ops/opened_helper.h"

#include "engine/ops/registry.h"

namespace backstep {

OpenedHelper openedHelper(const Node& node, std::span<const TensorType> operands)
{
    OpenedHelper opened;
    GraphBuilder builder(opened.graph, kTopRegion, {.name = node.op.type});
    std::vector<Value> inputs;
    for (size_t i = 0; i < operands.size(); ++i) {
        ValueInfo info;
        info.kind = ValueKind::Input;
        info.type = operands[i];
        inputs.push_back(node.inputs[i] == kNoValue ? Value() : builder.declare(std::move(info)));
        opened.inputs.push_back(inputs.back().id());
    }
    const std::vector<Value> results = operators().find(node.op)->body(builder, node, inputs);
    if (!builder.error() && results.size() == node.outputs.size())
        for (const Value& result : results)
            opened.outputs.push_back(result.id());
    return opened;
}

std::vector<TensorType> operandTypes(const Graph& graph, const Node& node)
{
    std::vector<TensorType> types;
    for (const ValueId input : node.inputs)
        types.push_back(input == kNoValue ? TensorType{} : graph.value(input).type);
    return types;
}

}
