#include "engine/ops/call_operands.h"

#include "engine/ops/registry.h"

namespace backstep {

bool fitsItsRule(const Graph& graph, const Node& node)
{
    const OpDef* def = operators().find(node.op);
    if (!def || !def->shape)
        return true;
    const CallOperands operands(graph, node.inputs);
    const Result<std::vector<TensorType>> types =
        inferTypes(*def, operands.call(node.attributes, node.outputs.size()));
    if (!types)
        return false;
    for (size_t i = 0; i < node.outputs.size() && i < types->size(); ++i)
        if (node.outputs[i] != kNoValue &&
            !(graph.value(node.outputs[i]).type.shape == (*types)[i].shape))
            return false;
    return true;
}

}
