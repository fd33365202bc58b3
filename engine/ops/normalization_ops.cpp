// engine/ops/normalization_ops.cpp - layers that normalize, as functions of other ops.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/windows.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using In = std::span<const Value>;

/// x with mean 0 and variance 1 over the axes.
struct Moments {
    Value mean, centred, inverseDeviation;
};

Moments moments(GraphBuilder& b, const Value& x, const std::vector<int64_t>& axes, double epsilon)
{
    Moments m;
    m.mean = reduced("ReduceMean", x, axes);
    m.centred = x - m.mean;
    const Value variance = reduced("ReduceMean", m.centred * m.centred, axes);
    m.inverseDeviation = b.add("Reciprocal", {b.add("Sqrt", {variance + epsilon})});
    return m;
}

/// A vector of channels, made to broadcast along axis 1.
Value alongChannels(const Value& vector, int rank)
{
    Shape shape = Shape::filled(rank, 1);
    if (rank > 1)
        shape[1] = vector.shape().count();
    return reshape(vector, shape);
}

/// The dtype that normalizing is done in: float32 for halves (attribute stash_type).
DType stashType(const Value& x)
{
    return x.dtype() == DType::Float64 ? DType::Float64 : DType::Float32;
}

Result<int> normalizedFrom(const OpCall& call)
{
    return normalizedAxis(call.attributes.integer("axis", -1), call.shape(0).rank());
}

Types layerShape(const OpCall& call)
{
    Result<int> axis = normalizedFrom(call);
    if (!axis)
        return axis.takeError();
    Shape kept = call.shape(0);
    for (int i = *axis; i < kept.rank(); ++i)
        kept[i] = 1;
    const DType dtype = call.inputs[0].dtype;
    const DType stash = dtype == DType::Float64 ? dtype : DType::Float32;
    std::vector<TensorType> types{{dtype, call.shape(0)}, {stash, kept}, {stash, kept}};
    types.resize(std::clamp<size_t>(call.outputCount, 1, 3));
    return types;
}

Expansion expandLayer(GraphBuilder& b, const Node& node, In in)
{
    const int rank = in[0].shape().rank();
    const int axis = *normalizedAxis(node.attributes.integer("axis", -1), rank);
    const Moments m = moments(b, castTo(in[0], stashType(in[0])), axesFrom(axis, rank),
                              node.attributes.real("epsilon", 1e-5));
    Value y = castTo(m.centred * m.inverseDeviation, in[0].dtype()) * in[1];
    if (inputOr(in, 2).isPresent())
        y = y + in[2];
    return std::vector<Value>{y, m.mean, m.inverseDeviation};
}

Expansion expandRms(GraphBuilder& b, const Node& node, In in)
{
    const int rank = in[0].shape().rank();
    const int axis = *normalizedAxis(node.attributes.integer("axis", -1), rank);
    const Value x = castTo(in[0], stashType(in[0]));
    const Value square = reduced("ReduceMean", x * x, axesFrom(axis, rank));
    const Value root = b.add("Sqrt", {square + node.attributes.real("epsilon", 1e-5)});
    return std::vector<Value>{castTo(x / root, in[0].dtype()) * in[1]};
}

Types rmsShape(const OpCall& call)
{
    Result<int> axis = normalizedFrom(call);
    if (!axis)
        return axis.takeError();
    return std::vector<TensorType>{{call.inputs[1].dtype, call.shape(0)}};
}

Types channelsShape(const OpCall& call)
{
    const Shape& x = call.shape(0);
    if (x.rank() < 2)
        return Error{"shape", "input X is " + x.text() + ", wanted [batch, channels, ...]"};
    for (size_t i = 1; i < call.inputs.size(); ++i)
        if (call.has(i) && call.shape(i).count() != x[1])
            return Error{"shape", fmt::format("input {} is {}, wanted one element for each of the "
                                              "{} channels",
                                              i, call.shape(i).text(), x[1])};
    return sameTypeAsFirst(call);
}

Types batchShape(const OpCall& call)
{
    Types fits = channelsShape(call);
    if (!fits)
        return fits;
    std::vector<TensorType> types{call.inputs[0], call.inputs[3], call.inputs[4]};
    types.resize(std::clamp<size_t>(call.outputCount, 1, 3));
    return types;
}

// In training the moments of this batch are used, and the running ones move towards them.
Expansion expandBatch(GraphBuilder& b, const Node& node, In in)
{
    const int rank = in[0].shape().rank();
    const double epsilon = node.attributes.real("epsilon", 1e-5);
    const double momentum = node.attributes.real("momentum", 0.9);
    const DType stat = in[3].dtype();
    Value mean = in[3], variance = in[4];
    std::vector<Value> outputs(1);
    if (node.attributes.integer("training_mode", 0) != 0) {
        std::vector<int64_t> axes = axesFrom(0, rank);
        axes.erase(axes.begin() + 1);
        const Value x = castTo(in[0], stat), batchMean = reduced("ReduceMean", x, axes);
        const Value centred = x - batchMean;
        mean = reshape(batchMean, in[3].shape());
        variance = reshape(reduced("ReduceMean", centred * centred, axes), in[4].shape());
        outputs.push_back(in[3] * momentum + mean * (1 - momentum));
        outputs.push_back(in[4] * momentum + variance * (1 - momentum));
    }
    const Value deviation =
        b.add("Sqrt", {alongChannels(castTo(variance, in[0].dtype()), rank) + epsilon});
    const Value normal = (in[0] - alongChannels(castTo(mean, in[0].dtype()), rank)) / deviation;
    outputs[0] = normal * castTo(alongChannels(in[1], rank), in[0].dtype()) +
                 castTo(alongChannels(in[2], rank), in[0].dtype());
    return outputs;
}

Expansion expandInstance(GraphBuilder& b, const Node& node, In in)
{
    const int rank = in[0].shape().rank();
    const Moments m = moments(b, in[0], axesFrom(2, rank), node.attributes.real("epsilon", 1e-5));
    return std::vector<Value>{m.centred * m.inverseDeviation * alongChannels(in[1], rank) +
                              alongChannels(in[2], rank)};
}

Types groupShape(const OpCall& call)
{
    const int64_t groups = call.attributes.integer("num_groups", 0);
    const Shape& x = call.shape(0);
    if (x.rank() < 2 || groups < 1 || x[1] % groups != 0)
        return Error{"shape", fmt::format("the channels of {} do not part into {} groups", x.text(),
                                          groups)};
    for (size_t i : {1u, 2u})
        if (call.shape(i).count() != x[1] && call.shape(i).count() != groups)
            return Error{"shape",
                         fmt::format("input {} is {}, wanted [{}]", i, call.shape(i).text(), x[1])};
    return sameTypeAsFirst(call);
}

Expansion expandGroup(GraphBuilder& b, const Node& node, In in)
{
    const Shape shape = in[0].shape();
    const int64_t groups = node.attributes.integer("num_groups", 1), each = shape[1] / groups;
    const Shape parted{shape[0], groups, shape[0] == 0 ? 0 : shape.count() / shape[0] / groups};
    const Moments m = moments(b, reshape(castTo(in[0], stashType(in[0])), parted), {2},
                              node.attributes.real("epsilon", 1e-5));
    const Value normal = castTo(reshape(m.centred * m.inverseDeviation, shape), in[0].dtype());
    // Before opset 21 scale and bias held one element a group.
    const auto perChannel = [&](const Value& v) {
        if (v.shape().count() == shape[1])
            return alongChannels(v, shape.rank());
        return alongChannels(
            reshape(expandedTo(reshape(v, {groups, 1}), {groups, each}), {shape[1]}), shape.rank());
    };
    return std::vector<Value>{normal * perChannel(in[1]) + perChannel(in[2])};
}

Types lpShape(const OpCall& call)
{
    const int64_t p = call.attributes.integer("p", 2);
    if (p != 1 && p != 2)
        return Error{"attribute", fmt::format("attribute 'p' is {}, wanted 1 or 2", p)};
    Result<int> axis = normalizedFrom(call);
    if (!axis)
        return axis.takeError();
    return sameTypeAsFirst(call);
}

// A row of zeros stays zero instead of 0 / 0.
Expansion expandLp(GraphBuilder& b, const Node& node, In in)
{
    const std::vector<int64_t> axes{node.attributes.integer("axis", -1)};
    const Value norm =
        reduced(node.attributes.integer("p", 2) == 1 ? "ReduceL1" : "ReduceL2", in[0], axes);
    const Value isZero = b.add("Equal", {norm, b.scalar(0, norm)});
    const Value safe = selected(isZero, b.scalar(1, norm), norm);
    return std::vector<Value>{in[0] / safe};
}

Expansion expandMeanVariance(GraphBuilder& b, const Node& node, In in)
{
    std::vector<int64_t> axes = node.attributes.integers("axes");
    if (axes.empty())
        axes = {0, 2, 3};
    const Value centred = in[0] - reduced("ReduceMean", in[0], axes);
    const Value variance = reduced("ReduceMean", centred * centred, axes);
    return std::vector<Value>{centred / (b.add("Sqrt", {variance}) + 1e-9)};
}

Types responseShape(const OpCall& call)
{
    const Shape& x = call.shape(0);
    const int64_t size = call.attributes.integer("size", 0);
    if (size < 1)
        return Error{"attribute", fmt::format("attribute 'size' is {}, wanted at least 1", size)};
    if (x.rank() < 2)
        return Error{"shape", "input X is " + x.text() + ", wanted [batch, channels, ...]"};
    return sameTypeAsFirst(call);
}

/// Of each channel: the sum over those from (size - 1) / 2 before it to size / 2 behind it.
Value sumOfNeighbours(GraphBuilder& b, const Value& x, int64_t size)
{
    const Shape& shape = x.shape();
    const int64_t channels = shape[1];
    WindowAxis axis{.size = channels, .count = channels};
    axis.before = std::clamp<int64_t>(channels - 1, 0, (size - 1) / 2);
    axis.behind = std::clamp<int64_t>(channels - 1, 0, size / 2);
    axis.kernel = axis.before + 1 + axis.behind;
    int64_t rest = 1;
    for (int i = 2; i < shape.rank(); ++i)
        rest *= shape[i];
    const Value parts = windowed(b, reshape(x, {shape[0], 1, channels, rest}), {axis}, 0);
    return reshape(reduced("ReduceSum", parts, elementAxes({axis})), shape);
}

// Krizhevsky et al. 2012, "ImageNet Classification with Deep Convolutional Neural Networks", 3.3.
Expansion expandResponse(GraphBuilder& b, const Node& node, In in)
{
    const int64_t size = node.attributes.integer("size", 1);
    const Value squares = sumOfNeighbours(b, in[0] * in[0], size);
    const double share = node.attributes.real("alpha", 1e-4) / static_cast<double>(size);
    const Value base = squares * share + node.attributes.real("bias", 1);
    return std::vector<Value>{
        in[0] / b.add("Pow", {base, b.scalar(node.attributes.real("beta", 0.75), base)})};
}

Port floatPort(std::string name, Port::Arity arity = Port::Arity::One)
{
    return {std::move(name), floating, arity};
}

}

void registerNormalizationOps(OpRegistry& ops)
{
    constexpr auto optional = Port::Arity::Optional;
    ops.add(
        functionOp("LayerNormalization", 17,
                   "(X - mean) / sqrt(variance + epsilon) * Scale + B over the axes from `axis`.",
                   {floatPort("X"), floatPort("Scale"), floatPort("B", optional)},
                   {floatPort("Y"), floatPort("Mean", optional), floatPort("InvStdDev", optional)},
                   layerShape, expandLayer));
    ops.add(functionOp(
        "RMSNormalization", 23, "X / sqrt(mean(X^2) + epsilon) * scale over the axes from `axis`.",
        {floatPort("X"), floatPort("scale")}, {floatPort("Y")}, rmsShape, expandRms));
    ops.add(functionOp(
        "BatchNormalization", 15,
        "Each channel normalized, by running moments or (training_mode) the batch's.",
        {floatPort("X"), floatPort("scale"), floatPort("B"), floatPort("input_mean"),
         floatPort("input_var")},
        {floatPort("Y"), floatPort("running_mean", optional), floatPort("running_var", optional)},
        batchShape, expandBatch));
    ops.add(functionOp("InstanceNormalization", 22, "Each channel of each sample normalized.",
                       {floatPort("input"), floatPort("scale"), floatPort("B")},
                       {floatPort("output")}, channelsShape, expandInstance));
    ops.add(functionOp("GroupNormalization", 21,
                       "Each group of channels of each sample normalized.",
                       {floatPort("X"), floatPort("scale"), floatPort("bias")}, {floatPort("Y")},
                       groupShape, expandGroup));
    ops.add(functionOp("LpNormalization", 22, "Rows along `axis` divided by their L1 or L2 norm.",
                       {floatPort("input")}, {floatPort("output")}, lpShape, expandLp));
    ops.add(functionOp("LRN", 13,
                       "X / (bias + alpha / size * sum of X^2 over `size` channels nearby)^beta.",
                       {floatPort("X")}, {floatPort("Y")}, responseShape, expandResponse));
    ops.add(functionOp("MeanVarianceNormalization", 13,
                       "(X - mean) / standard deviation over `axes`, by default [0, 2, 3].",
                       {floatPort("X")}, {floatPort("Y")}, sameTypeAsFirst, expandMeanVariance));
}

}
