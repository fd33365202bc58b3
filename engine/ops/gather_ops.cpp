// engine/ops/gather_ops.cpp - Gather (an embedding's look-up) and its gradient.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/half_kernels.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using Types = Result<std::vector<TensorType>>;

Types gatherShape(const OpCall& call)
{
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", 0), call.shape(0).rank());
    if (!axis)
        return axis.takeError();
    Shape shape;
    for (int i = 0; i < *axis; ++i)
        shape.append(call.shape(0)[i]);
    if (call.shape(0).rank() - 1 + call.shape(1).rank() > kMaxRank)
        return Error{"unsupported", fmt::format("the result would have a rank above {}", kMaxRank)};
    for (int64_t size : call.shape(1))
        shape.append(size);
    for (int i = *axis + 1; i < call.shape(0).rank(); ++i)
        shape.append(call.shape(0)[i]);
    return std::vector<TensorType>{{call.inputs[0].dtype, shape}};
}

int64_t indexAt(const TensorView& indices, int64_t offset)
{
    return indices.dtype == DType::Int32 ? indices.as<int32_t>()[offset]
                                         : indices.as<int64_t>()[offset];
}

/// The part of `view` at one index of `axis`, without that axis.
TensorView partAt(const TensorView& view, int axis, int64_t index)
{
    TensorView part = view;
    part.data += index * view.strides[axis] * static_cast<int64_t>(storedSize(view.dtype));
    part.shape.erase(axis);
    part.strides.erase(axis);
    return part;
}

/// Calls `use(part of y, index into the table)` for every index; y has the axes of `indices` in the
/// place of `axis`. Indices out of range are skipped.
template<class Use> void forEachIndex(const TensorView& y, const TensorView& indices, int axis,
                                      int64_t tableSize, Use use)
{
    const int64_t count = indices.shape.count();
    for (int64_t n = 0; n < count; ++n) {
        TensorView part = y;
        int64_t rest = n, offset = 0;
        for (int i = indices.shape.rank() - 1; i >= 0; --i) {
            const int64_t at = rest % indices.shape[i];
            rest /= indices.shape[i];
            offset += at * indices.strides[i];
            part = partAt(part, axis + i, at);
        }
        int64_t index = indexAt(indices, offset);
        index += index < 0 ? tableSize : 0;
        if (index >= 0 && index < tableSize)
            use(part, index);
    }
}

void gatherKernel(const KernelCall& call)
{
    const TensorView &table = call.in[0], &y = call.out[0];
    const int axis = *normalizedAxis(call.attributes.integer("axis", 0), table.shape.rank());
    forEachIndex(y, call.in[1], axis, table.shape[axis],
                 [&](const TensorView& part, int64_t index) {
                     copyElements(partAt(table, axis, index), part);
                 });
}

void gatherGradient(GradientScope& g)
{
    const Shape shape = g.input("data").shape();
    g.contribute(
        "data",
        g.builder().helper(
            "GatherGrad", {g.cotangent("output"), g.input("indices")},
            {{"axis", int64_t{*normalizedAxis(g.attributes().integer("axis", 0), shape.rank())}},
             {"shape", std::vector<int64_t>(shape.begin(), shape.end())}}));
}

Types gatherGradShape(const OpCall& call)
{
    return std::vector<TensorType>{
        {call.inputs[0].dtype, Shape(call.attributes.integers("shape"))}};
}

// ScatterND adds up along the first axis: the gathered axis goes there and back.
std::vector<Value> gatherGradBody(GraphBuilder& b, const Node& node, std::span<const Value> in)
{
    const Shape whole(node.attributes.integers("shape"));
    const int64_t axis = node.attributes.integer("axis", 0);
    const int64_t indexRank = in[1].shape().rank(), rank = in[0].shape().rank();
    std::vector<int64_t> order, back(static_cast<size_t>(whole.rank()));
    for (int64_t i = axis; i < axis + indexRank; ++i)
        order.push_back(i);
    for (int64_t i = 0; i < rank; ++i)
        if (i < axis || i >= axis + indexRank)
            order.push_back(i);
    Shape moved{whole[static_cast<int>(axis)]};
    for (int i = 0, place = 1; i < whole.rank(); ++i) {
        if (i != axis)
            moved.append(whole[i]);
        back[static_cast<size_t>(i)] = i == axis ? 0 : place++;
    }
    const Value rows = unsqueezed(castTo(in[1], DType::Int64), {indexRank});
    const Value sums = b.add("ScatterND",
                             {b.constant(Tensor(TensorType{in[0].dtype(), moved})), rows,
                              axis == 0 ? in[0] : transpose(in[0], order)},
                             {{"reduction", std::string("add")}});
    return {axis == 0 ? sums : transpose(sums, back)};
}

// What was added up at a row is read from it again.
void gatherGradGradient(GradientScope& g)
{
    g.contribute("dy", g.builder().add("Gather", {g.cotangent("dx"), g.input("indices")},
                                       {{"axis", g.attributes().integer("axis", 0)}}));
}

/// Duplicate indices add up.
void gatherGradKernel(const KernelCall& call)
{
    const TensorView& dx = call.out[0];
    std::memset(dx.data, 0, static_cast<size_t>(dx.shape.count()) * elementSize(dx.dtype));
    const int axis = static_cast<int>(call.attributes.integer("axis", 0));
    withNumericType(dx.dtype, [&]<class T>() {
        if constexpr (std::is_floating_point_v<T>)
            forEachIndex(call.in[0], call.in[1], axis, dx.shape[axis],
                         [&](const TensorView& dy, int64_t index) {
                             const TensorView row = partAt(dx, axis, index);
                             const StridedLoop<2> loop(row.shape, {dy.strides, row.strides});
                             loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
                                 for (int64_t i = 0; i < length; ++i)
                                     row.as<T>()[at[1] + i * step[1]] +=
                                         dy.as<T>()[at[0] + i * step[0]];
                             });
                         });
    });
}

}

void registerGatherOps(OpRegistry& ops)
{
    constexpr DTypeSet indices{DType::Int64, DType::Int32};
    ops.add({
        .name = "Gather",
        .sinceOpset = 13,
        .doc = R"(Entries of `data` along `axis` by index: an embedding's look-up.
            Shapes    data: [.., n, ..]; indices: any; output: indices' axes in the place of `axis`
            Dtypes    data any; indices int32 or int64, negative ones count from the end
            Gradient  dy added up at the rows it was read from
            Source    ONNX operator Gather, opset 13)",
        .inputs = {{"data", anyDType}, {"indices", indices}},
        .outputs = {{"output", anyDType}},
        .shape = gatherShape,
        .kernel = {.forAll = gatherKernel},
        .gradient = gatherGradient,
    });
    ops.add({
        .name = "GatherGrad",
        .domain = std::string(kHelperDomain),
        .doc = "The gradient of Gather: dy added up at the rows it was read from.",
        .inputs = {{"dy", floating}, {"indices", indices}},
        .outputs = {{"dx", floating}},
        .shape = gatherGradShape,
        .kernel = kernelForAll<gatherGradKernel>(),
        .body = gatherGradBody,
        .gradient = gatherGradGradient,
    });
}

}
