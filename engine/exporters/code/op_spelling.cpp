#include "engine/exporters/code/op_spelling.h"

#include "engine/ops/stop_gradient.h"

namespace backstep {

const Tensor* CodeNode::content(size_t input) const
{
    if (!has(input))
        return nullptr;
    const Tensor& content = graph.value(node.inputs[input]).content;
    return content.isNull() ? nullptr : &content;
}

bool CodeNode::isNumber(size_t input) const
{
    const Tensor* known = content(input);
    return known && known->shape().rank() == 0 && known->dtype() != DType::String;
}

int64_t CodeNode::fromEnd(int64_t axis) const
{
    return axis < 0 ? axis : axis - shape(0).rank();
}

const OpSpelling* spellingOf(const OpName& op)
{
    if (!op.domain.empty() && op != stopGradientOp())
        return nullptr;
    for (const auto& table : {elementwiseSpellings(), reductionSpellings(), productSpellings(),
                              movementSpellings(), gatherSpellings()})
        for (const OpSpelling& row : table)
            if (row.op == op.type)
                return &row;
    return nullptr;
}

}
