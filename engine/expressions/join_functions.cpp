// Functions that join tensors, or take parts of one.
#include "engine/expressions/function_call.h"
#include "engine/ops/function_builder.h"

#include <algorithm>
#include <limits>

namespace backstep {

namespace {

PythonValue joined(FunctionCall& call)
{
    const std::vector<Value> values = call.tensors("values");
    if (values.empty() || !values.front().isPresent())
        return call.fail("There is nothing to join; expected a list such as [a, b]");
    const int rank = values.front().shape().rank();
    return call.builder().add("Concat", values, {{"axis", call.axis("axis", rank)}});
}

PythonValue stacked(FunctionCall& call)
{
    std::vector<Value> values = call.tensors("values");
    if (values.empty() || !values.front().isPresent())
        return call.fail("There is nothing to stack; expected a list such as [a, b]");
    const int64_t axis = call.axis("axis", values.front().shape().rank() + 1);
    for (Value& value : values)
        value = unsqueezed(value, {axis});
    return call.builder().add("Concat", values, {{"axis", axis}});
}

PythonValue tiled(FunctionCall& call)
{
    Value x = call.tensor("x");
    std::vector<int64_t> repeats = call.integers("repeats");
    if (!x.isPresent() || repeats.size() > kMaxRank)
        return Value();
    // The shorter of both, sizes or repeats, is filled up with ones at its front.
    const auto rank = static_cast<size_t>(x.shape().rank());
    repeats.insert(repeats.begin(), std::max(rank, repeats.size()) - repeats.size(), 1);
    x = unsqueezed(x, axesFrom(0, static_cast<int>(repeats.size() - rank)));
    return call.builder().add("Tile", {x, call.builder().ints(repeats)});
}

PythonValue flipped(FunctionCall& call)
{
    Value x = call.tensor("x");
    if (!x.isPresent())
        return x;
    for (const int64_t axis : call.axes("axis", x.shape().rank()))
        x = sliceOf(x, axis, -1, std::numeric_limits<int64_t>::min(), -1);
    return x;
}

PythonValue gathered(FunctionCall& call)
{
    const Value x = call.tensor("x");
    Value indices = call.tensor("indices");
    if (!x.isPresent() || !indices.isPresent())
        return Value();
    if (indices.dtype() != DType::Int32)
        indices = castTo(indices, DType::Int64);
    return call.builder().add("Gather", {x, indices},
                              {{"axis", call.axis("axis", x.shape().rank())}});
}

PythonValue triangle(FunctionCall& call)
{
    const Value x = call.tensor("x");
    const Value diagonal = call.builder().constant(Tensor::scalar(call.number("k"), DType::Int64));
    if (!x.isPresent())
        return x;
    return call.builder().add("Trilu", {x, diagonal},
                              {{"upper", int64_t{call.name().ends_with("triu")}}});
}

constexpr FunctionEntry kJoins[]{
    {"concatenate",
     "values, axis=0",
     "concat: tf(values, axis) torch(tensors, dim=0); concatenate: np jnp "
     "keras.ops(xs, axis=0) torch(tensors, dim=0); cat: torch(tensors, dim=0)",
     "tensors joined along an axis",
     "dy split again",
     {},
     joined},
    {"stack",
     "values, axis=0",
     "stack: tf np jnp keras.ops(x, axis=0) torch(tensors, dim=0)",
     "tensors joined along a new axis",
     "dy split again",
     {},
     stacked},
    {"tile",
     "x, repeats",
     "tile: tf(input, multiples) np(A, reps) jnp(A, reps) torch(input, dims) keras.ops; "
     "repeat: .(self, *repeats)",
     "repeated along each axis",
     "dx = dy summed over the copies",
     {},
     tiled},
    {"flip",
     "x, axis=None",
     "flip: np jnp keras.ops torch .; reverse: tf(tensor, axis)",
     "elements in turned order",
     "dx = dy moved back",
     {},
     flipped},
    {"take",
     "x, indices, axis=0",
     "gather: tf(params, indices, axis=0); take: np(a, indices, axis) jnp(a, indices, axis) "
     "keras.ops(x, indices, axis); index_select: torch(input, dim, index) .(self, dim, index)",
     "entries along an axis by index",
     "dy added up at the entries it was read from",
     {},
     gathered},
    {"tril",
     "x, k=0",
     "tril: np jnp keras.ops torch(input, diagonal=0) .(self, diagonal=0); "
     "triu: np jnp keras.ops torch(input, diagonal=0) .(self, diagonal=0)",
     "a triangle of each matrix, zeros elsewhere",
     "the same triangle of dy",
     {},
     triangle},
};

}

std::span<const FunctionEntry> joinFunctions()
{
    return kJoins;
}

}
