// engine/ops/function_movements.cpp - moving and choosing elements, as functions of other ops:
// Tile, Trilu, OneHot, EyeLike, ReverseSequence, DepthToSpace, SpaceToDepth, CastLike.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using In = std::span<const Value>;

// --- Tile

Types tileShape(const OpCall& call)
{
    const Tensor* repeats = call.constant(1);
    if (!repeats)
        return neededConstant(1, "repeats");
    if (repeats->count() != call.shape(0).rank())
        return Error{"shape",
                     fmt::format("repeats has {} numbers for the {} axes of {}", repeats->count(),
                                 call.shape(0).rank(), call.shape(0).text())};
    Shape shape = call.shape(0);
    for (int axis = 0; axis < shape.rank(); ++axis)
        if (repeats->integer(axis) < 0 ||
            __builtin_mul_overflow(shape[axis], repeats->integer(axis), &shape[axis]))
            return Error{"shape", fmt::format("repeats holds {}", repeats->integer(axis))};
    return std::vector<TensorType>{{call.inputs[0].dtype, shape}};
}

Expansion expandTile(GraphBuilder& b, const Node&, In in)
{
    Result<std::vector<int64_t>> repeats = knownIntegers(b, in[1], 1, "repeats");
    if (!repeats)
        return repeats.takeError();
    Value y = in[0];
    for (int axis = 0; axis < in[0].shape().rank(); ++axis) {
        const int64_t times = (*repeats)[static_cast<size_t>(axis)];
        if (times == 1)
            continue;
        // [before, size, behind] -> [before, times, size, behind] -> merged
        Shape parted{1, 1, y.shape()[axis], 1}, merged = y.shape();
        for (int i = 0; i < merged.rank(); ++i)
            if (i != axis)
                parted[i < axis ? 0 : 3] *= merged[i];
        Shape wide = parted;
        wide[1] = times;
        merged[axis] *= times;
        y = reshape(expandedTo(reshape(y, parted), wide), merged);
    }
    return std::vector<Value>{y};
}

// --- Trilu, EyeLike: what the shape decides is a constant

Types triluShape(const OpCall& call)
{
    if (call.shape(0).rank() < 2)
        return Error{"shape", "input is " + call.shape(0).text() + ", wanted a rank of at least 2"};
    if (call.has(1) && !call.constant(1))
        return neededConstant(1, "k");
    return sameTypeAsFirst(call);
}

Expansion expandTrilu(GraphBuilder& b, const Node& node, In in)
{
    const Shape& shape = in[0].shape();
    int64_t k = 0;
    if (inputOr(in, 1).isPresent())
        k = b.graph().value(in[1].id()).content.integer(0);
    const bool isUpper = node.attributes.integer("upper", 1) != 0;
    Tensor mask(TensorType{DType::Bool, {shape.back(1), shape.back(0)}});
    for (int64_t i = 0, n = 0; i < shape.back(1); ++i)
        for (int64_t j = 0; j < shape.back(0); ++j)
            mask.mutableData<bool>()[n++] = isUpper ? j - i >= k : j - i <= k;
    return std::vector<Value>{
        selected(b.constant(mask), in[0], b.constant(Tensor(TensorType{in[0].dtype(), {}})))};
}

DType eyeType(const OpCall& call)
{
    const int64_t to = call.attributes.integer("dtype", 0);
    return to > 0 && to < kFileDTypeCount ? static_cast<DType>(to) : call.inputs[0].dtype;
}

Types eyeShape(const OpCall& call)
{
    if (call.shape(0).rank() != 2)
        return Error{"shape", "input is " + call.shape(0).text() + ", wanted a matrix"};
    return std::vector<TensorType>{{eyeType(call), call.shape(0)}};
}

Expansion expandEye(GraphBuilder& b, const Node& node, In in)
{
    const Shape& shape = in[0].shape();
    const int64_t to = node.attributes.integer("dtype", 0), k = node.attributes.integer("k", 0);
    Tensor eye(TensorType{DType::Float64, shape});
    for (int64_t i = 0; i < shape[0]; ++i)
        if (i + k >= 0 && i + k < shape[1])
            eye.mutableData<double>()[i * shape[1] + i + k] = 1;
    return std::vector<Value>{
        b.constant(eye.converted(to > 0 ? static_cast<DType>(to) : in[0].dtype()))};
}

// --- OneHot

Types oneHotShape(const OpCall& call)
{
    const Tensor* depth = call.constant(1);
    if (!depth)
        return neededConstant(1, "depth");
    const Shape& indices = call.shape(0);
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", -1), indices.rank() + 1);
    if (!axis)
        return axis.takeError();
    if (depth->count() != 1 || depth->integer(0) < 0 || call.shape(2).count() != 2 ||
        indices.rank() >= kMaxRank)
        return Error{"shape", "wanted: a depth of one element, values [off, on]"};
    Shape shape = indices;
    shape.insert(*axis, depth->integer(0));
    return std::vector<TensorType>{{call.inputs[2].dtype, shape}};
}

Expansion expandOneHot(GraphBuilder& b, const Node& node, In in)
{
    Result<std::vector<int64_t>> depth = knownIntegers(b, in[1], 1, "depth");
    if (!depth)
        return depth.takeError();
    const int rank = in[0].shape().rank() + 1;
    const int axis = *normalizedAxis(node.attributes.integer("axis", -1), rank);
    Value indices = castTo(in[0], DType::Int64);
    const Value isNegative = b.add("Less", {indices, b.scalar(0, indices)});
    indices = selected(isNegative, indices + static_cast<double>(depth->front()), indices);
    Shape line = Shape::filled(rank, 1);
    line[axis] = depth->front();
    const Value classes = reshape(countUp(b, depth->front()), line);
    const Value isOn = b.add("Equal", {unsqueezed(indices, {axis}), classes});
    return std::vector<Value>{
        selected(isOn, reshape(sliceOf(in[2], 0, 1, 2), {}), reshape(sliceOf(in[2], 0, 0, 1), {}))};
}

// --- ReverseSequence

Types reverseShape(const OpCall& call)
{
    const int64_t time = call.attributes.integer("time_axis", 0),
                  batch = call.attributes.integer("batch_axis", 1);
    const Shape& x = call.shape(0);
    if (x.rank() < 2 || time + batch != 1 || time * batch != 0)
        return Error{"attribute", fmt::format("time_axis {} and batch_axis {} of {}: wanted the "
                                              "first two axes",
                                              time, batch, x.text())};
    if (!(call.shape(1) == Shape{x[static_cast<int>(batch)]}))
        return Error{"shape", fmt::format("sequence_lens is {}, wanted [{}]", call.shape(1).text(),
                                          x[static_cast<int>(batch)])};
    return sameTypeAsFirst(call);
}

// Timestep t < length is read from length - 1 - t, the rest from where it is.
Expansion expandReverse(GraphBuilder& b, const Node& node, In in)
{
    const auto time = static_cast<int>(node.attributes.integer("time_axis", 0));
    const Shape& shape = in[0].shape();
    Shape steps = Shape::filled(shape.rank(), 1), samples = steps;
    steps[time] = shape[time];
    samples[1 - time] = shape[1 - time];
    const Value t = reshape(countUp(b, shape[time]), steps);
    const Value length = reshape(castTo(in[1], DType::Int64), samples);
    const Value from = selected(b.add("Less", {t, length}), length - t - 1.0, t);
    return std::vector<Value>{
        b.add("GatherElements", {in[0], expandedTo(from, shape)}, {{"axis", int64_t{time}}})};
}

// --- DepthToSpace, SpaceToDepth

template<bool toSpace> Types blockShape(const OpCall& call)
{
    const int64_t n = call.attributes.integer("blocksize", 0);
    Shape shape = call.shape(0);
    const bool fits = shape.rank() == 4 && n > 0 && n < 1 << 20 &&
                      (toSpace ? shape[1] % (n * n) == 0 : shape[2] % n == 0 && shape[3] % n == 0);
    if (!fits)
        return Error{"shape",
                     fmt::format("{} does not part into blocks of {}", call.shape(0).text(), n)};
    shape[1] = toSpace ? shape[1] / (n * n) : shape[1] * n * n;
    shape[2] = toSpace ? shape[2] * n : shape[2] / n;
    shape[3] = toSpace ? shape[3] * n : shape[3] / n;
    return std::vector<TensorType>{{call.inputs[0].dtype, shape}};
}

Expansion expandToSpace(GraphBuilder&, const Node& node, In in)
{
    const int64_t n = node.attributes.integer("blocksize", 1);
    const Shape& x = in[0].shape();
    const int64_t depth = x[1] / (n * n);
    const bool isDcr = node.attributes.text("mode", "DCR") == "DCR";
    const Value parts = reshape(in[0], isDcr ? Shape{x[0], n, n, depth, x[2], x[3]}
                                             : Shape{x[0], depth, n, n, x[2], x[3]});
    const Value moved = transpose(parts, isDcr ? std::vector<int64_t>{0, 3, 4, 1, 5, 2}
                                               : std::vector<int64_t>{0, 1, 4, 2, 5, 3});
    return std::vector<Value>{reshape(moved, {x[0], depth, x[2] * n, x[3] * n})};
}

Expansion expandToDepth(GraphBuilder&, const Node& node, In in)
{
    const int64_t n = node.attributes.integer("blocksize", 1);
    const Shape& x = in[0].shape();
    const Value parts = reshape(in[0], {x[0], x[1], x[2] / n, n, x[3] / n, n});
    const bool isDcr = node.attributes.text("mode", "DCR") == "DCR";
    const Value moved = transpose(parts, isDcr ? std::vector<int64_t>{0, 3, 5, 1, 2, 4}
                                               : std::vector<int64_t>{0, 1, 3, 5, 2, 4});
    return std::vector<Value>{reshape(moved, {x[0], x[1] * n * n, x[2] / n, x[3] / n})};
}

// --- CastLike

Types castLikeShape(const OpCall& call)
{
    return std::vector<TensorType>{{call.inputs[1].dtype, call.shape(0)}};
}

Expansion expandCastLike(GraphBuilder& b, const Node& node, In in)
{
    Attributes attributes = node.attributes;
    attributes.set("to", static_cast<int64_t>(in[1].dtype()));
    return std::vector<Value>{b.add("Cast", {in[0]}, attributes)};
}

}

void registerFunctionMovements(OpRegistry& ops)
{
    constexpr auto optional = Port::Arity::Optional;
    const std::vector<Port> any{{"output", anyDType}};
    ops.add(functionOp("Tile", 13, "Each axis repeated.",
                       {{"input", anyDType}, {"repeats", {DType::Int64}}}, any, tileShape,
                       expandTile));
    ops.add(functionOp("Trilu", 14, "The upper or lower triangle of matrices, zeros elsewhere.",
                       {{"input", anyDType}, {"k", {DType::Int64}, optional}}, any, triluShape,
                       expandTrilu));
    ops.add(functionOp("EyeLike", 22, "Ones on the k-th diagonal of a matrix of the same shape.",
                       {{"input", anyDType}}, any, eyeShape, expandEye));
    ops.add(functionOp("OneHot", 11,
                       "values[1] at the index along a new axis, values[0] elsewhere.",
                       {{"indices", numbers}, {"depth", numbers}, {"values", anyDType}}, any,
                       oneHotShape, expandOneHot));
    ops.add(functionOp("ReverseSequence", 10,
                       "The first sequence_lens timesteps of each sample in reverse.",
                       {{"input", anyDType}, {"sequence_lens", {DType::Int64}}}, any, reverseShape,
                       expandReverse));
    ops.add(functionOp("DepthToSpace", 28, "Blocks of channels laid out in space.",
                       {{"input", anyDType}}, any, blockShape<true>, expandToSpace));
    ops.add(functionOp("SpaceToDepth", 28, "Blocks of space laid out in channels.",
                       {{"input", anyDType}}, any, blockShape<false>, expandToDepth));
    ops.add(functionOp("CastLike", 25, "The operand in the dtype of another.",
                       {{"input", anyDType}, {"target_type", anyDType}}, any, castLikeShape,
                       expandCastLike));
}

}
