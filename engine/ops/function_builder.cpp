#include "engine/ops/function_builder.h"

#include <numeric>

namespace backstep {

Value castTo(const Value& value, DType dtype)
{
    if (!value.isPresent() || value.dtype() == dtype)
        return value;
    return value.builder().add("Cast", {value}, {{"to", static_cast<int64_t>(dtype)}});
}

Value selected(const Value& condition, const Value& yes, const Value& no)
{
    return condition.isPresent() ? condition.builder().add("Where", {condition, yes, no}) : Value();
}

Value reduced(const std::string& op, const Value& value, const std::vector<int64_t>& axes,
              bool keepsDims)
{
    if (!value.isPresent())
        return value;
    GraphBuilder& b = value.builder();
    return b.add(op, {value, b.ints(axes)},
                 {{"keepdims", int64_t{keepsDims}}, {"noop_with_empty_axes", int64_t{1}}});
}

Value unsqueezed(const Value& value, const std::vector<int64_t>& axes)
{
    if (!value.isPresent() || axes.empty())
        return value;
    return value.builder().add("Unsqueeze", {value, value.builder().ints(axes)});
}

Value sliceOf(const Value& value, int64_t axis, int64_t start, int64_t end, int64_t step)
{
    if (!value.isPresent())
        return value;
    GraphBuilder& b = value.builder();
    return b.add("Slice", {value, b.ints({start}), b.ints({end}), b.ints({axis}), b.ints({step})});
}

Value expandedTo(const Value& value, const Shape& shape)
{
    if (!value.isPresent() || value.shape() == shape)
        return value;
    GraphBuilder& b = value.builder();
    return b.add("Expand", {value, b.ints({shape.begin(), shape.end()})});
}

Value filled(GraphBuilder& builder, double value, DType dtype, const Shape& shape)
{
    return expandedTo(builder.constant(Tensor::scalar(value, dtype)), shape);
}

Value countUp(GraphBuilder& builder, int64_t n)
{
    std::vector<int64_t> all(static_cast<size_t>(n));
    std::iota(all.begin(), all.end(), 0);
    return builder.ints(all);
}

std::vector<int64_t> axesFrom(int first, int end)
{
    std::vector<int64_t> axes;
    for (int axis = first; axis < end; ++axis)
        axes.push_back(axis);
    return axes;
}

Result<std::vector<int64_t>> knownIntegers(GraphBuilder& builder, const Value& value, size_t index,
                                           const std::string& port)
{
    const Tensor& content = builder.graph().value(value.id()).content;
    if (content.isNull())
        return neededConstant(index, port);
    return content.integers();
}

OpDef functionOp(std::string name, int opset, std::string doc, std::vector<Port> inputs,
                 std::vector<Port> outputs, ShapeRule shape, ExpandRule expand)
{
    return {
        .name = name,
        .sinceOpset = opset,
        .doc = doc +
               "\n    Gradient  by its body, a function of other ops"
               "\n    Source    ONNX operator " +
               name + ", opset " + std::to_string(opset),
        .inputs = std::move(inputs),
        .outputs = std::move(outputs),
        .shape = shape,
        .overTime = OverTime::Blocks,
        .expand = expand,
    };
}

}
