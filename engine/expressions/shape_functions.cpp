// Functions that move elements and leave them as they are.
#include "engine/expressions/function_call.h"
#include "engine/ops/function_builder.h"

#include <algorithm>
#include <limits>

namespace backstep {

namespace {

PythonValue transposed(FunctionCall& call)
{
    const Value x = call.tensor("x");
    if (!x.isPresent())
        return x;
    const int rank = x.shape().rank();
    std::vector<int64_t> order;
    if (!call.isNone("perm"))
        order = call.integers("perm");
    if (order.empty()) {
        order = axesFrom(0, rank);
        std::reverse(order.begin(), order.end());
    }
    for (int64_t& axis : order)
        if (axis < 0)
            axis += rank;
    return transpose(x, order);
}

Value withAxesSwapped(FunctionCall& call, const Value& x, int64_t first, int64_t second)
{
    std::vector<int64_t> order = axesFrom(0, x.shape().rank());
    const Result<int> a = normalizedAxis(first, x.shape().rank());
    const Result<int> b = normalizedAxis(second, x.shape().rank());
    if (!a || !b)
        return call.fail((a ? b : a).error().message);
    std::swap(order[static_cast<size_t>(*a)], order[static_cast<size_t>(*b)]);
    return transpose(x, order);
}

PythonValue axesSwapped(FunctionCall& call)
{
    const Value x = call.tensor("x");
    if (!x.isPresent())
        return x;
    return withAxesSwapped(call, x, call.integer("axis1"), call.integer("axis2"));
}

/// As a method: two axes are exchanged (PyTorch), none or all of them are NumPy's.
PythonValue transposedByMethod(FunctionCall& call)
{
    const Value x = call.tensor("x");
    const std::vector<int64_t> axes = call.integers("perm");
    if (x.isPresent() && axes.size() == 2)
        return withAxesSwapped(call, x, axes[0], axes[1]);
    return transposed(call);
}

PythonValue matrixTransposed(FunctionCall& call)
{
    const Value x = call.tensor("x");
    return x.isPresent() && x.shape().rank() >= 2 ? withAxesSwapped(call, x, -1, -2) : x;
}

/// The sizes of a shape argument, -1 worked out, checked against the elements there are.
PythonValue reshaped(FunctionCall& call)
{
    const Value x = call.tensor("x");
    if (!x.isPresent())
        return x;
    return call.builder().add("Reshape", {x, call.builder().ints(call.integers("shape"))});
}

PythonValue flattened(FunctionCall& call)
{
    const Value x = call.tensor("x");
    return x.isPresent() ? reshape(x, {x.shape().count()}) : x;
}

PythonValue likeShape(FunctionCall& call)
{
    const Value x = call.tensor("x"), other = call.tensor("other");
    if (!x.isPresent() || !other.isPresent())
        return Value();
    return call.name().ends_with("expand_as") ? expandedTo(x, other.shape())
                                              : reshape(x, other.shape());
}

PythonValue axisInserted(FunctionCall& call)
{
    const Value x = call.tensor("x");
    return x.isPresent() ? unsqueezed(x, call.integers("axis")) : x;
}

PythonValue squeezed(FunctionCall& call)
{
    const Value x = call.tensor("x");
    if (!x.isPresent())
        return x;
    std::vector<int64_t> axes;
    for (const int64_t axis : call.axes("axis", x.shape().rank()))
        if (x.shape()[static_cast<int>(axis)] == 1) // other axes stay, as in PyTorch
            axes.push_back(axis);
    return axes.empty() ? x : call.builder().add("Squeeze", {x, call.builder().ints(axes)});
}

PythonValue broadcast(FunctionCall& call)
{
    const Value x = call.tensor("x");
    std::vector<int64_t> sizes = call.integers("shape");
    if (!x.isPresent())
        return x;
    // torch.expand: -1 keeps a size.
    const int added = static_cast<int>(sizes.size()) - x.shape().rank();
    for (size_t i = 0; i < sizes.size(); ++i)
        if (sizes[i] == -1 && static_cast<int>(i) >= added)
            sizes[i] = x.shape()[static_cast<int>(i) - added];
    return call.builder().add("Expand", {x, call.builder().ints(sizes)});
}

PythonValue summedToSize(FunctionCall& call)
{
    const Value x = call.tensor("x");
    const std::vector<int64_t> sizes = call.integers("shape");
    if (!x.isPresent() || sizes.size() > kMaxRank)
        return Value();
    const Shape wanted{std::span<const int64_t>(sizes)};
    const Result<Shape> common = broadcastShapes(wanted, x.shape());
    if (!common || !(*common == x.shape()))
        return call.fail("a tensor " + x.shape().text() + " cannot be summed to " + wanted.text());
    return unbroadcast(x, wanted);
}

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

constexpr std::string_view kMoves = "dx = dy moved back";

constexpr FunctionEntry kShapes[]{
    {"transpose",
     "x, perm=None",
     "transpose: tf(a, perm=None) np(a, axes=None) jnp(a, axes=None) keras.ops(x, axes=None) "
     "jax.lax(operand, permutation); permute: torch(input, dims) .(self, *dims); "
     "permute_dims: np(a, axes=None) jnp(a, axes=None)",
     "axes in another order",
     kMoves,
     {},
     transposed},
    {"transpose_method",
     "x, *perm",
     "transpose: .",
     "two axes exchanged, or all of them in another order",
     kMoves,
     {},
     transposedByMethod},
    {"swapaxes",
     "x, axis1, axis2",
     "swapaxes: np jnp keras.ops torch .; transpose: torch(input, dim0, dim1); "
     "swapdims: torch(input, dim0, dim1)",
     "two axes exchanged",
     kMoves,
     {},
     axesSwapped},
    {"matrix_transpose",
     "x",
     "matrix_transpose: tf.linalg np jnp; t: torch .; adjoint: tf.linalg",
     "the last two axes exchanged",
     kMoves,
     {},
     matrixTransposed},
    {"reshape",
     "x, shape",
     "reshape: tf(tensor, shape) np(a, shape) jnp(a, shape) keras.ops(x, newshape) torch "
     "jax.lax(operand, new_sizes) .(self, *shape); view: .(self, *shape)",
     "the same elements in another shape",
     kMoves,
     {},
     reshaped},
    {"flatten",
     "x",
     "flatten: torch .; ravel: np jnp torch keras.ops .",
     "all elements in one axis",
     kMoves,
     {},
     flattened},
    {"expand_as",
     "x, other",
     "expand_as: .; view_as: .; reshape_as: .",
     "in the shape of another tensor",
     kMoves,
     {},
     likeShape},
    {"expand_dims",
     "x, axis",
     "expand_dims: tf np jnp keras.ops jax.lax(array, dimensions); unsqueeze: torch .",
     "an axis of size 1 more",
     kMoves,
     {},
     axisInserted},
    {"squeeze",
     "x, axis=None",
     "squeeze: tf np jnp keras.ops torch .",
     "axes of size 1 taken away",
     kMoves,
     {},
     squeezed},
    {"broadcast_to",
     "x, shape",
     "broadcast_to: tf np jnp keras.ops torch; expand: .(self, *shape)",
     "stretched to a larger shape",
     "dx = dy summed over the stretched axes",
     {},
     broadcast},
    {"sum_to_size",
     "x, *shape",
     "sum_to_size: .",
     "summed until it has a smaller shape",
     "dx = dy broadcast back",
     {},
     summedToSize},
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
     kMoves,
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

std::span<const FunctionEntry> shapeFunctions()
{
    return kShapes;
}

}
