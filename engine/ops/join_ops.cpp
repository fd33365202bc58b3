// engine/ops/join_ops.cpp - parts of an axis and their join: Split, Concat.

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/ops/slice_spec.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using Types = Result<std::vector<TensorType>>;

// --- Split

Result<std::vector<int64_t>> splitSizes(const OpCall& call, int axis)
{
    const int64_t size = call.shape(0)[axis];
    std::vector<int64_t> sizes = call.attributes.integers("split");
    if (call.has(1)) {
        const Tensor* content = call.constant(1);
        if (!content)
            return neededConstant(1, "split");
        sizes = content->integers();
    }
    if (sizes.empty()) {
        const auto parts = static_cast<int64_t>(call.outputCount);
        const int64_t each = (size + parts - 1) / parts;
        for (int64_t rest = size, i = 0; i < parts; ++i, rest -= each)
            sizes.push_back(std::clamp<int64_t>(rest, 0, each));
    }
    int64_t sum = 0;
    for (int64_t part : sizes)
        sum += part;
    if (sum != size || sizes.size() != call.outputCount)
        return Error{"shape",
                     fmt::format("axis {} of {} does not split into {} parts that sum to {}", axis,
                                 call.shape(0).text(), call.outputCount, sum)};
    return sizes;
}

Types splitShape(const OpCall& call)
{
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", 0), call.shape(0).rank());
    if (!axis)
        return axis.takeError();
    Result<std::vector<int64_t>> sizes = splitSizes(call, *axis);
    if (!sizes)
        return sizes.takeError();
    std::vector<TensorType> types(sizes->size(), call.inputs[0]);
    for (size_t i = 0; i < types.size(); ++i)
        types[i].shape[*axis] = (*sizes)[i];
    return types;
}

std::optional<TensorView> splitView(const OpCall& call, const TensorView& input, size_t output)
{
    const int axis = *normalizedAxis(call.attributes.integer("axis", 0), input.shape.rank());
    const std::vector<int64_t> sizes = *splitSizes(call, axis);
    SliceSpec spec{Shape::filled(input.shape.rank(), 0), Shape::filled(input.shape.rank(), 1),
                   input.shape};
    for (size_t i = 0; i < output; ++i)
        spec.starts[axis] += sizes[i];
    spec.sizes[axis] = sizes[output];
    return sliced(input, spec);
}

void splitGradient(GradientScope& g)
{
    std::vector<Value> parts;
    for (size_t i = 0; i < g.outputCount(); ++i)
        parts.push_back(g.cotangent(i));
    g.contribute(size_t{0},
                 g.builder().add("Concat", parts, {{"axis", g.attributes().integer("axis", 0)}}));
}

// --- Concat

Types concatShape(const OpCall& call)
{
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", 0), call.shape(0).rank());
    if (!axis)
        return axis.takeError();
    TensorType type{commonDType(call), call.shape(0)};
    for (size_t i = 1; i < call.inputs.size(); ++i) {
        const Shape& next = call.shape(i);
        bool fits = next.rank() == type.shape.rank();
        for (int other = 0; fits && other < next.rank(); ++other)
            fits = other == *axis || next[other] == type.shape[other];
        if (!fits)
            return Error{"shape", fmt::format("inputs {} and {} do not join along axis {}",
                                              call.shape(0).text(), next.text(), *axis)};
        type.shape[*axis] += next[*axis];
    }
    return std::vector<TensorType>{type};
}

void concatKernel(const KernelCall& call)
{
    const TensorView& y = call.out[0];
    const int axis = *normalizedAxis(call.attributes.integer("axis", 0), y.shape.rank());
    SliceSpec spec{Shape::filled(y.shape.rank(), 0), Shape::filled(y.shape.rank(), 1), y.shape};
    for (const TensorView& part : call.in) {
        spec.sizes[axis] = part.shape[axis];
        copyElements(part, sliced(y, spec));
        spec.starts[axis] += part.shape[axis];
    }
}

void concatGradient(GradientScope& g)
{
    GraphBuilder& builder = g.builder();
    const Value dy = g.cotangent(size_t{0});
    const int axis = *normalizedAxis(g.attributes().integer("axis", 0), dy.shape().rank());
    std::vector<int64_t> sizes;
    for (size_t i = 0; i < g.inputCount(); ++i)
        sizes.push_back(g.input(i).shape()[axis]);
    const std::vector<Value> parts = builder.addAll({"Split"}, {dy, builder.ints(sizes)},
                                                    {{"axis", int64_t{axis}}}, sizes.size());
    for (size_t i = 0; i < parts.size(); ++i)
        g.contribute(i, parts[i]);
}

}

void registerJoinOps(OpRegistry& ops)
{
    constexpr DTypeSet indices{DType::Int64, DType::Int32};
    constexpr auto optional = Port::Arity::Optional;
    ops.add({
        .name = "Split",
        .sinceOpset = 18,
        .doc = R"(Consecutive parts of one axis.
            Shapes    input: any; outputs: the sizes of `split`, else equal ones
            Gradient  the cotangents joined again; absent ones are zeros
            Source    ONNX operator Split, opset 18)",
        .inputs = {{"input", anyDType}, {"split", indices, optional}},
        .outputs = {{"outputs", anyDType, Port::Arity::Many}},
        .shape = splitShape,
        .view = splitView,
        .gradient = splitGradient,
    });
    ops.add({
        .name = "Concat",
        .sinceOpset = 13,
        .doc = R"(Operands joined along one axis.
            Shapes    equal but for `axis`
            Gradient  dy split again
            Source    ONNX operator Concat, opset 13)",
        .inputs = {{"inputs", anyDType, Port::Arity::Many, "T"}},
        .outputs = {{"concat_result", anyDType}},
        .shape = concatShape,
        .kernel = {.forAll = concatKernel},
        .gradient = concatGradient,
    });
}

}
