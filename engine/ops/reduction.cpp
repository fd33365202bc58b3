#include "engine/ops/reduction.h"

#include <algorithm>

namespace backstep {

namespace {

/// The reduced axes; none named means all, or none with noop_with_empty_axes.
Result<std::vector<int64_t>> reducedAxes(const OpCall& call)
{
    const int rank = call.shape(0).rank();
    Result<std::vector<int64_t>> axes = axesOf(call, 1, rank);
    if (axes && axes->empty() && call.attributes.integer("noop_with_empty_axes", 0) == 0)
        for (int axis = 0; axis < rank; ++axis)
            axes->push_back(axis);
    return axes;
}

bool holds(const std::vector<int64_t>& axes, int axis)
{
    return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

}

Types reductionShape(const OpCall& call)
{
    Result<std::vector<int64_t>> axes = reducedAxes(call);
    if (!axes)
        return axes.takeError();
    const bool keeps = call.attributes.integer("keepdims", 1) != 0;
    Shape shape;
    for (int axis = 0; axis < call.shape(0).rank(); ++axis)
        if (!holds(*axes, axis))
            shape.append(call.shape(0)[axis]);
        else if (keeps)
            shape.append(1);
    return std::vector<TensorType>{{call.inputs[0].dtype, shape}};
}

std::vector<int64_t> axesAtRun(const KernelCall& call)
{
    std::vector<int64_t> axes = call.attributes.integers("axes");
    if (call.in.size() > 1 && call.in[1].data) {
        const int64_t* listed = call.in[1].as<int64_t>();
        axes.assign(listed, listed + call.in[1].shape.count());
    }
    const int rank = call.in[0].shape.rank();
    for (int64_t& axis : axes)
        axis += axis < 0 ? rank : 0;
    if (axes.empty() && call.attributes.integer("noop_with_empty_axes", 0) == 0)
        for (int axis = 0; axis < rank; ++axis)
            axes.push_back(axis);
    return axes;
}

TensorView spreadOverReduced(const KernelCall& call)
{
    const TensorView& y = call.out[0];
    const Shape& shape = call.in[0].shape;
    const std::vector<int64_t> axes = axesAtRun(call);
    const bool keeps = call.attributes.integer("keepdims", 1) != 0;
    TensorView view = y;
    view.shape = shape;
    view.strides = Shape::filled(shape.rank(), 0);
    int own = 0;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const bool isReduced = holds(axes, axis);
        if (!isReduced)
            view.strides[axis] = y.strides[own];
        if (!isReduced || keeps)
            ++own;
    }
    return view;
}

std::vector<int64_t> reducedAxesOf(const GradientScope& g)
{
    const int rank = g.input(size_t{0}).shape().rank();
    std::vector<int64_t> axes = g.attributes().integers("axes");
    const Value listed = g.input(size_t{1});
    if (listed.isPresent())
        axes = g.builder().graph().value(listed.id()).content.integers();
    for (int64_t& axis : axes)
        axis += axis < 0 ? rank : 0;
    if (axes.empty() && g.attributes().integer("noop_with_empty_axes", 0) == 0)
        axes = axesFrom(0, rank);
    std::sort(axes.begin(), axes.end());
    return axes;
}

Shape keptShape(const Shape& shape, const std::vector<int64_t>& axes)
{
    Shape kept = shape;
    for (int64_t axis : axes)
        kept[static_cast<int>(axis)] = 1;
    return kept;
}

OpDef reductionOp(std::string name, int opset, const std::string& what, const std::string& gradient,
                  DTypeSet accepts, KernelTable kernel, GradientRule rule)
{
    return {
        .name = name,
        .sinceOpset = opset,
        .doc = what +
               "\n    Shapes    data: any; axes: int64 [n], none = all; reduced: keepdims "
               "decides\n    Gradient  " +
               gradient + "\n    Source    ONNX operator " + name,
        .inputs = {{"data", accepts}, {"axes", {DType::Int64}, Port::Arity::Optional}},
        .outputs = {{"reduced", accepts}},
        .shape = reductionShape,
        .kernel = std::move(kernel),
        .gradient = std::move(rule),
    };
}

Types globalPoolShape(const OpCall& call)
{
    const Shape& x = call.shape(0);
    if (x.rank() < 2)
        return Error{"shape",
                     "X is " + x.text() + "; wanted: batch, channels, then the axes to pool"};
    Shape pooled = x;
    for (int axis = 2; axis < x.rank(); ++axis)
        pooled[axis] = 1;
    return std::vector<TensorType>{{call.inputs[0].dtype, pooled}};
}

}
