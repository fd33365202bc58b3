// engine/ops/dropout_ops.cpp - what is made of random numbers: Dropout, RandomUniform,
// RandomNormal, their Like forms, Bernoulli, Multinomial.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/random_numbers.h"

#include <fmt/format.h>

#include <numbers>

namespace backstep {

namespace {

using In = std::span<const Value>;

// --- Dropout

bool isTrue(const Value& value)
{
    if (!value.isPresent())
        return false;
    const Tensor& content = value.builder().graph().value(value.id()).content;
    return !content.isNull() && content.count() > 0 && content.integer(0) != 0;
}

Types dropoutShape(const OpCall& call)
{
    if (call.has(2) && !call.constant(2))
        return neededConstant(2, "training_mode");
    std::vector<TensorType> types{call.inputs[0], {DType::Bool, call.shape(0)}};
    types.resize(std::clamp<size_t>(call.outputCount, 1, 2));
    return types;
}

// In training an element stays with probability 1 - ratio and is scaled so that the mean stays.
Expansion expandDropout(GraphBuilder& b, const Node& node, In in)
{
    const Value& x = in[0];
    if (!isTrue(inputOr(in, 2))) {
        Tensor yes(TensorType{DType::Bool, x.shape()});
        std::fill_n(yes.mutableData<bool>(), yes.count(), true);
        return std::vector<Value>{b.add("Identity", {x}), b.constant(yes)};
    }
    const Value ratio = inputOr(in, 1).isPresent() ? castTo(in[1], x.dtype()) : b.scalar(0.5, x);
    const Value mask = b.add("GreaterOrEqual", {uniform(b, node, x.shape(), x.dtype()), ratio});
    return std::vector<Value>{selected(mask, x, b.scalar(0, x)) / (1.0 - ratio), mask};
}

// --- numbers of a distribution

/// The type asked for: attributes dtype and shape, or those of the operand.
template<bool isLike> Types randomShape(const OpCall& call)
{
    if (!isLike)
        return uniformShape(call);
    const int64_t to = call.attributes.integer("dtype", 0);
    const DType dtype =
        to > 0 && to < kFileDTypeCount ? static_cast<DType>(to) : call.inputs[0].dtype;
    return std::vector<TensorType>{{dtype, call.shape(0)}};
}

TensorType typeOf(const Node& node, In in)
{
    const int64_t to = node.attributes.integer("dtype", in.empty() ? 1 : 0);
    return {to > 0 ? static_cast<DType>(to) : in[0].dtype(),
            in.empty() ? Shape(node.attributes.integers("shape")) : in[0].shape()};
}

Expansion expandUniform(GraphBuilder& b, const Node& node, In in)
{
    const TensorType type = typeOf(node, in);
    const double low = node.attributes.real("low", 0), high = node.attributes.real("high", 1);
    return std::vector<Value>{uniform(b, node, type.shape, type.dtype) * (high - low) + low};
}

// Box and Muller 1958: sqrt(-2 log u) cos(2 pi v), with u in (0, 1].
Expansion expandNormal(GraphBuilder& b, const Node& node, In in)
{
    const TensorType type = typeOf(node, in);
    const Value u = 1.0 - uniform(b, node, type.shape, type.dtype, 0);
    const Value v = uniform(b, node, type.shape, type.dtype, 1);
    const Value radius = b.add("Sqrt", {b.add("Log", {u}) * -2.0});
    const Value standard = radius * b.add("Cos", {v * (2 * std::numbers::pi)});
    return std::vector<Value>{standard * node.attributes.real("scale", 1) +
                              node.attributes.real("mean", 0)};
}

Expansion expandBernoulli(GraphBuilder& b, const Node& node, In in)
{
    const Value draw = uniform(b, node, in[0].shape(), in[0].dtype());
    return std::vector<Value>{castTo(b.add("Less", {draw, in[0]}), typeOf(node, in).dtype)};
}

Types multinomialShape(const OpCall& call)
{
    const Shape& x = call.shape(0);
    const int64_t count = call.attributes.integer("sample_size", 1);
    const int64_t to = call.attributes.integer("dtype", static_cast<int64_t>(DType::Int32));
    if (x.rank() != 2 || x[1] == 0)
        return Error{"shape", "input is " + x.text() + ", wanted [batch, classes]"};
    if (to != static_cast<int64_t>(DType::Int32) && to != static_cast<int64_t>(DType::Int64))
        return Error{"attribute", fmt::format("attribute 'dtype' is {}, wanted 6 or 7", to)};
    if (count < 1)
        return Error{"attribute", fmt::format("attribute 'sample_size' is {}", count)};
    return std::vector<TensorType>{{static_cast<DType>(to), {x[0], count}}};
}

// Inverts the cumulative probabilities: the class is the number of those that are not above u. The
// last one is left out, as rounding may leave it below 1.
Expansion expandMultinomial(GraphBuilder& b, const Node& node, In in)
{
    const Shape& x = in[0].shape();
    const DType dtype = in[0].dtype() == DType::Float64 ? DType::Float64 : DType::Float32;
    const int64_t count = node.attributes.integer("sample_size", 1);
    const Value shares = b.add("Softmax", {castTo(in[0], dtype)}, {{"axis", int64_t{1}}});
    const Value sums = b.add("CumSum", {shares, b.constant(Tensor::scalar(1, DType::Int64))});
    const Value u = uniform(b, node, {x[0], count, 1}, dtype);
    const Value bounds = unsqueezed(sliceOf(sums, 1, 0, x[1] - 1), {1});
    const Value isBelow = castTo(b.add("LessOrEqual", {bounds, u}), DType::Int64);
    const int64_t to = node.attributes.integer("dtype", static_cast<int64_t>(DType::Int32));
    return std::vector<Value>{
        castTo(reduced("ReduceSum", isBelow, {2}, false), static_cast<DType>(to))};
}

void addRandom(OpRegistry& ops, std::string name, const std::string& what, std::vector<Port> inputs,
               ShapeRule shape, ExpandRule expand)
{
    ops.add(functionOp(std::move(name), 22, what, std::move(inputs),
                       {{"output", numbers | booleans}}, shape, expand));
}

}

void registerDropoutOps(OpRegistry& ops)
{
    constexpr auto optional = Port::Arity::Optional;
    ops.add(functionOp(
        "Dropout", 22, "In training (training_mode) zeros at random by `ratio`, the rest scaled.",
        {{"data", floating}, {"ratio", floating, optional}, {"training_mode", booleans, optional}},
        {{"output", floating}, {"mask", booleans, optional}}, dropoutShape, expandDropout));
    addRandom(ops, "RandomUniform", "Random numbers between low and high.", {}, randomShape<false>,
              expandUniform);
    addRandom(ops, "RandomNormal", "Normal random numbers.", {}, randomShape<false>, expandNormal);
    addRandom(ops, "RandomUniformLike", "Random numbers of the operand's shape.",
              {{"input", anyDType}}, randomShape<true>, expandUniform);
    addRandom(ops, "RandomNormalLike", "Normal random numbers of the operand's shape.",
              {{"input", anyDType}}, randomShape<true>, expandNormal);
    ops.add(functionOp("Multinomial", 22,
                       "Classes drawn by the unnormalized log probabilities of each row.",
                       {{"input", floating}}, {{"output", {DType::Int32, DType::Int64}}},
                       multinomialShape, expandMultinomial));
    addRandom(ops, "Bernoulli", "1 with the probability that the operand gives, else 0.",
              {{"input", floating}}, randomShape<true>, expandBernoulli);
}

}
