// engine/ops/sorting_ops.cpp - TopK: the largest or smallest elements along an axis.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/half_kernels.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace backstep {

namespace {

Types topKShape(const OpCall& call)
{
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", -1), call.shape(0).rank());
    if (!axis)
        return axis.takeError();
    const Tensor* k = call.constant(1);
    if (!k)
        return neededConstant(1, "K");
    const int64_t size = call.shape(0)[*axis], wanted = k->count() == 1 ? k->integer(0) : -1;
    if (wanted < 0 || wanted > size)
        return Error{"shape", fmt::format("K is {}, but axis {} of {} has {} elements", wanted,
                                          *axis, call.shape(0).text(), size)};
    Shape shape = call.shape(0);
    shape[*axis] = wanted;
    return std::vector<TensorType>{{call.inputs[0].dtype, shape}, {DType::Int64, shape}};
}

void topKKernel(const KernelCall& call)
{
    const TensorView &x = call.in[0], &values = call.out[0], &indices = call.out[1];
    const int axis = *normalizedAxis(call.attributes.integer("axis", -1), x.shape.rank());
    const bool isLargest = call.attributes.integer("largest", 1) != 0;
    Shape outer = x.shape;
    outer[axis] = 1;
    std::vector<int64_t> order(static_cast<size_t>(x.shape[axis]));
    const auto k = static_cast<std::ptrdiff_t>(values.shape[axis]);
    withNumericType(x.dtype, [&]<class T>() {
        const StridedLoop<3> loop(outer, {x.strides, values.strides, indices.strides});
        loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
            for (int64_t i = 0; i < length; ++i) {
                const T* row = x.as<T>() + at[0] + i * step[0];
                std::iota(order.begin(), order.end(), 0);
                const auto before = [&](int64_t a, int64_t b) {
                    const T left = row[a * x.strides[axis]], right = row[b * x.strides[axis]];
                    if (left != right)
                        return isLargest ? left > right : left < right;
                    return a < b; // of equal ones the first
                };
                std::partial_sort(order.begin(), order.begin() + k, order.end(), before);
                for (std::ptrdiff_t n = 0; n < k; ++n) {
                    const int64_t from = order[static_cast<size_t>(n)];
                    values.as<T>()[at[1] + i * step[1] + n * values.strides[axis]] =
                        row[from * x.strides[axis]];
                    indices.as<int64_t>()[at[2] + i * step[2] + n * indices.strides[axis]] = from;
                }
            }
        });
    });
}

void topKGradient(GradientScope& g)
{
    const Value x = g.input(size_t{0});
    GraphBuilder& b = g.builder();
    g.contribute(size_t{0},
                 b.add("ScatterElements",
                       {filled(b, 0, x.dtype(), x.shape()), g.output(1), g.cotangent(size_t{0})},
                       {{"axis", g.attributes().integer("axis", -1)}}));
}

}

void registerSortingOps(OpRegistry& ops)
{
    ops.add({
        .name = "TopK",
        .sinceOpset = 24,
        .doc = R"(The K largest (or smallest) elements along `axis`, sorted, and where they stood.
            Shapes    X: any; K: int64 [1]; Values, Indices: K elements along `axis`
            Gradient  dValues put back where the elements stood
            Source    ONNX operator TopK, opset 24)",
        .inputs = {{"X", numbers}, {"K", {DType::Int64}}},
        .outputs = {{"Values", numbers}, {"Indices", {DType::Int64}}},
        .shape = topKShape,
        .kernel = kernelForAll<topKKernel>(),
        .gradient = topKGradient,
    });
}

}
