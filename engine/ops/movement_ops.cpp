// engine/ops/movement_ops.cpp - the same elements seen differently: Transpose, Reshape, Squeeze,
// Unsqueeze, Flatten, Expand, Identity.

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace backstep {

namespace {

using Types = Result<std::vector<TensorType>>;

Types typed(const OpCall& call, const Shape& shape)
{
    return std::vector<TensorType>{{call.inputs[0].dtype, shape}};
}

/// Copies in row-major order where no view is possible: the output is dense.
void copyReshaped(const KernelCall& call)
{
    TensorView target = call.out[0];
    target.shape = call.in[0].shape;
    target.strides = target.shape.denseStrides();
    copyElements(call.in[0], target);
}

// --- Transpose

std::vector<int64_t> permutationOf(const Attributes& attributes, int rank)
{
    std::vector<int64_t> permutation = attributes.integers("perm");
    if (permutation.empty()) {
        permutation.resize(static_cast<size_t>(rank));
        std::iota(permutation.rbegin(), permutation.rend(), 0);
    }
    return permutation;
}

Types transposeShape(const OpCall& call)
{
    const std::vector<int64_t> perm = permutationOf(call.attributes, call.shape(0).rank());
    std::vector<int64_t> sortedPerm = perm;
    std::sort(sortedPerm.begin(), sortedPerm.end());
    bool isPermutation = static_cast<int>(perm.size()) == call.shape(0).rank();
    for (size_t i = 0; i < sortedPerm.size(); ++i)
        isPermutation = isPermutation && sortedPerm[i] == static_cast<int64_t>(i);
    if (!isPermutation)
        return Error{"attribute",
                     fmt::format("perm does not name each axis of {} once", call.shape(0).text())};
    return typed(call, permuted(call.shape(0), perm));
}

std::optional<TensorView> transposeView(const OpCall& call, const TensorView& input, size_t)
{
    TensorView view = input;
    const auto perm = permutationOf(call.attributes, input.shape.rank());
    view.shape = permuted(input.shape, perm);
    view.strides = permuted(input.strides, perm);
    return view;
}

void copyTransposed(const KernelCall& call)
{
    TensorView target = call.out[0];
    const auto perm = permutationOf(call.attributes, target.shape.rank());
    for (size_t i = 0; i < perm.size(); ++i) {
        target.shape[static_cast<int>(perm[i])] = call.out[0].shape[static_cast<int>(i)];
        target.strides[static_cast<int>(perm[i])] = call.out[0].strides[static_cast<int>(i)];
    }
    copyElements(call.in[0], target);
}

void transposeGradient(GradientScope& g)
{
    const auto perm = permutationOf(g.attributes(), g.input(size_t{0}).shape().rank());
    std::vector<int64_t> inverse(perm.size());
    for (size_t i = 0; i < perm.size(); ++i)
        inverse[static_cast<size_t>(perm[i])] = static_cast<int64_t>(i);
    g.contribute(size_t{0}, transpose(g.cotangent(size_t{0}), inverse));
}

// --- Reshape, Squeeze, Unsqueeze, Flatten: a new shape for the same elements in the same order

void reshapeGradient(GradientScope& g)
{
    g.contribute(size_t{0}, reshape(g.cotangent(size_t{0}), g.input(size_t{0}).shape()));
}

template<Types (*ShapeOf)(const OpCall&)>
std::optional<TensorView> reshapeView(const OpCall& call, const TensorView& input, size_t)
{
    return reshaped(input, ShapeOf(call)->front().shape);
}

Types reshapeShape(const OpCall& call)
{
    const Tensor* wanted = call.constant(1);
    if (!wanted)
        return neededConstant(1, "shape");
    const std::vector<int64_t> sizes = wanted->integers();
    if (sizes.size() > kMaxRank)
        return Error{"unsupported", fmt::format("rank {} is above {}", sizes.size(), kMaxRank)};
    const Shape& from = call.shape(0);
    const bool keepsZero = call.attributes.integer("allowzero", 0) != 0;
    Shape shape;
    int64_t known = 1;
    int open = -1;
    for (size_t i = 0; i < sizes.size(); ++i) {
        int64_t size = sizes[i];
        if (size == 0 && !keepsZero) {
            if (static_cast<int>(i) >= from.rank())
                return Error{"shape", "a 0 in the shape stands for an axis that the input lacks"};
            size = from[static_cast<int>(i)];
        }
        if (size < -1 || (size == -1 && open >= 0))
            return Error{"attribute", "at most one size may be -1 and none below"};
        if (size == -1)
            open = static_cast<int>(i);
        else if (__builtin_mul_overflow(known, size, &known))
            known = INT64_MAX; // as many as no tensor has
        shape.append(size);
    }
    if (open >= 0) {
        shape[open] = known == 0 ? 0 : from.count() / known;
        known *= shape[open];
    }
    if (known != from.count())
        return Error{"shape", fmt::format("{} has {} elements and does not fit into {}",
                                          from.text(), from.count(), Shape(sizes).text())};
    return typed(call, shape);
}

Types squeezeShape(const OpCall& call)
{
    const Shape& from = call.shape(0);
    Result<std::vector<int64_t>> axes = axesOf(call, 1, from.rank());
    if (!axes)
        return axes.takeError();
    const bool dropsAll = axes->empty() && !call.has(1);
    Shape shape;
    for (int axis = 0; axis < from.rank(); ++axis) {
        const bool isNamed = std::find(axes->begin(), axes->end(), axis) != axes->end();
        if (isNamed && from[axis] != 1)
            return Error{"shape",
                         fmt::format("axis {} of {} is {}, not 1", axis, from.text(), from[axis])};
        if (!isNamed && !(dropsAll && from[axis] == 1))
            shape.append(from[axis]);
    }
    return typed(call, shape);
}

Types unsqueezeShape(const OpCall& call)
{
    const Tensor* content = call.has(1) ? call.constant(1) : nullptr;
    if (call.has(1) && !content)
        return neededConstant(1, "axes");
    const size_t added =
        content ? static_cast<size_t>(content->count()) : call.attributes.integers("axes").size();
    const int rank = call.shape(0).rank() + static_cast<int>(added);
    if (rank > kMaxRank)
        return Error{"unsupported", fmt::format("rank {} is above {}", rank, kMaxRank)};
    Result<std::vector<int64_t>> axes = axesOf(call, 1, rank);
    if (!axes)
        return axes.takeError();
    if (axes->size() != added)
        return Error{"attribute", "the same axis is named twice"};
    Shape shape = call.shape(0);
    for (int64_t axis : *axes)
        shape.insert(static_cast<int>(axis), 1);
    return typed(call, shape);
}

Types flattenShape(const OpCall& call)
{
    const Shape& from = call.shape(0);
    const int64_t axis = call.attributes.integer("axis", 1);
    if (axis < -from.rank() || axis > from.rank())
        return Error{"attribute", fmt::format("axis {} is out of range for {}", axis, from.text())};
    const int64_t border = axis < 0 ? axis + from.rank() : axis;
    Shape shape{1, 1};
    for (int i = 0; i < from.rank(); ++i)
        shape[i < border ? 0 : 1] *= from[i];
    return typed(call, shape);
}

// --- Expand

Types expandShape(const OpCall& call)
{
    const Tensor* wanted = call.constant(1);
    if (!wanted)
        return neededConstant(1, "shape");
    Result<Shape> shape = broadcastShapes(call.shape(0), Shape(wanted->integers()));
    if (!shape)
        return shape.takeError();
    return typed(call, *shape);
}

std::optional<TensorView> expandView(const OpCall& call, const TensorView& input, size_t)
{
    const Shape shape = expandShape(call)->front().shape;
    return TensorView{input.dtype, input.data, shape, stridesBroadcastTo(input, shape)};
}

void passGradient(GradientScope& g)
{
    g.contribute(size_t{0}, g.cotangent(size_t{0}));
}

std::optional<TensorView> sameView(const OpCall&, const TensorView& input, size_t)
{
    return input;
}

Types identityShape(const OpCall& call)
{
    return typed(call, call.shape(0));
}

OpDef movement(std::string name, int opset, std::string doc, std::vector<Port> more,
               ShapeRule shape, ViewRule view, GradientRule gradient)
{
    std::vector<Port> inputs{{"data", anyDType}};
    inputs.insert(inputs.end(), more.begin(), more.end());
    return {
        .name = name,
        .sinceOpset = opset,
        .doc = doc +
               "\n    Dtypes    any\n    Gradient  dy moved back\n    Source    ONNX operator " +
               name + ", opset " + std::to_string(opset),
        .inputs = std::move(inputs),
        .outputs = {{"output", anyDType}},
        .shape = shape,
        .kernel = {.forAll = copyReshaped},
        .view = view,
        .overTime = OverTime::Movement,
        .gradient = std::move(gradient),
    };
}

}

void registerMovementOps(OpRegistry& ops)
{
    constexpr DTypeSet indices{DType::Int64, DType::Int32};
    OpDef identity =
        movement("Identity", 19, "The operand itself.", {}, identityShape, sameView, passGradient);
    identity.inputs[0].accepts = identity.outputs[0].accepts = anyDType | sequences | optionals;
    ops.add(std::move(identity));
    OpDef transposed =
        movement("Transpose", 21, "The axes in another order: attribute perm, else reversed.", {},
                 transposeShape, transposeView, transposeGradient);
    transposed.kernel.forAll = copyTransposed;
    ops.add(std::move(transposed));
    ops.add(movement("Reshape", 21, "The same elements in another shape; -1 is worked out.",
                     {{"shape", indices}}, reshapeShape, reshapeView<reshapeShape>,
                     reshapeGradient));
    ops.add(movement("Squeeze", 21, "Axes of size 1 dropped.",
                     {{"axes", indices, Port::Arity::Optional}}, squeezeShape,
                     reshapeView<squeezeShape>, reshapeGradient));
    ops.add(movement("Unsqueeze", 21, "Axes of size 1 put in.",
                     {{"axes", indices, Port::Arity::Optional}}, unsqueezeShape,
                     reshapeView<unsqueezeShape>, reshapeGradient));
    ops.add(movement("Flatten", 21, "All axes before `axis` merged, and all from it on.", {},
                     flattenShape, reshapeView<flattenShape>, reshapeGradient));
    OpDef expand = movement("Expand", 13, "Broadcast to a larger shape.", {{"shape", indices}},
                            expandShape, expandView, passGradient);
    expand.overTime = OverTime::Blocks;
    ops.add(std::move(expand));
}

}
