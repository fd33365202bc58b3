// engine/ops/cumulative_ops.cpp - running sums and products along one axis: CumSum, CumProd.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/half_kernels.h"
#include "engine/tensor/strided.h"

namespace backstep {

namespace {

Result<int> axisOf(const OpCall& call)
{
    const Tensor* axis = call.constant(1);
    if (!axis)
        return neededConstant(1, "axis");
    if (axis->count() != 1)
        return Error{"shape", "axis is " + axis->shape().text() + ", wanted one element"};
    return normalizedAxis(axis->integer(0), call.shape(0).rank());
}

Types cumulativeShape(const OpCall& call)
{
    Result<int> axis = axisOf(call);
    if (!axis)
        return axis.takeError();
    return sameTypeAsFirst(call);
}

struct Sums {
    template<class T> static T start() { return T(0); }
    template<class T> static T fold(T a, T b) { return static_cast<T>(a + b); }
};
struct Products {
    template<class T> static T start() { return T(1); }
    template<class T> static T fold(T a, T b) { return static_cast<T>(a * b); }
};

template<class F> void cumulativeKernel(const KernelCall& call)
{
    const TensorView &x = call.in[0], &y = call.out[0];
    const int64_t given =
        call.in[1].dtype == DType::Int32 ? *call.in[1].as<int32_t>() : *call.in[1].as<int64_t>();
    const int axis = static_cast<int>(given < 0 ? given + x.shape.rank() : given);
    const bool isExclusive = call.attributes.integer("exclusive", 0) != 0;
    const bool isReverse = call.attributes.integer("reverse", 0) != 0;
    const int64_t size = x.shape[axis];
    Shape outer = x.shape;
    outer[axis] = size > 0 ? 1 : 0;
    withNumericType(x.dtype, [&]<class T>() {
        const StridedLoop<2> loop(outer, {x.strides, y.strides});
        loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
            for (int64_t i = 0; i < length; ++i) {
                const T* source = x.as<T>() + at[0] + i * step[0];
                T* target = y.as<T>() + at[1] + i * step[1];
                T running = F::template start<T>();
                for (int64_t n = 0; n < size; ++n) {
                    const int64_t k = isReverse ? size - 1 - n : n;
                    const T next = F::fold(running, source[k * x.strides[axis]]);
                    target[k * y.strides[axis]] = isExclusive ? running : next;
                    running = next;
                }
            }
        });
    });
}

void cumSumGradient(GradientScope& g)
{
    Attributes flipped = g.attributes();
    flipped.set("reverse", int64_t{g.attributes().integer("reverse", 0) == 0});
    g.contribute(size_t{0},
                 g.builder().add("CumSum", {g.cotangent(size_t{0}), g.input(1)}, flipped));
}

/// x moved by `by` places along the axis (towards its end, or its start), ones coming in.
Value shifted(GraphBuilder& b, const Value& x, int axis, int64_t by, bool isReverse)
{
    const int64_t size = x.shape()[axis];
    Shape edge = x.shape();
    edge[axis] = std::min(by, size);
    const Value ones = filled(b, 1, x.dtype(), edge);
    if (by >= size)
        return ones;
    const Value rest = isReverse ? sliceOf(x, axis, by, size) : sliceOf(x, axis, 0, size - by);
    return b.add("Concat", isReverse ? std::vector<Value>{rest, ones} : std::vector{ones, rest},
                 {{"axis", int64_t{axis}}});
}

// The product of 1, 2, 4, ... neighbours (Hillis and Steele 1986): no division, so that zeros have
// a gradient, and log2(n) ops instead of n.
Expansion expandCumProd(GraphBuilder& b, const Node& node, std::span<const Value> in)
{
    Result<std::vector<int64_t>> given = knownIntegers(b, in[1], 1, "axis");
    if (!given)
        return given.takeError();
    const int axis = *normalizedAxis(given->front(), in[0].shape().rank());
    const bool isReverse = node.attributes.integer("reverse", 0) != 0;
    Value y = in[0];
    if (node.attributes.integer("exclusive", 0) != 0)
        y = shifted(b, y, axis, 1, isReverse);
    for (int64_t by = 1; by < in[0].shape()[axis]; by *= 2)
        y = y * shifted(b, y, axis, by, isReverse);
    return std::vector<Value>{y};
}

}

void registerCumulativeOps(OpRegistry& ops)
{
    const std::vector<Port> ports{{"x", numbers}, {"axis", {DType::Int32, DType::Int64}}};
    ops.add({
        .name = "CumSum",
        .sinceOpset = 14,
        .doc = R"(Running sum along an axis; exclusive leaves an element itself out.
            Shapes    x: any S; axis: int, one element; y: S
            Gradient  dx = CumSum of dy the other way
            Source    ONNX operator CumSum, opset 14)",
        .inputs = ports,
        .outputs = {{"y", numbers}},
        .shape = cumulativeShape,
        .kernel = kernelForAll<cumulativeKernel<Sums>>(),
        .gradient = cumSumGradient,
    });
    ops.add(functionOp("CumProd", 26,
                       "Running product along an axis; exclusive leaves an element itself out."
                       "\n    Shapes    x: any S; axis: int, one element; y: S",
                       ports, {{"y", numbers}}, cumulativeShape, expandCumProd));
}

}
