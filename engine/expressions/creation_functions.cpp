// Tensors that the op was not given: zeros, ones, numbers, weights.
#include "engine/expressions/function_call.h"
#include "engine/ops/function_builder.h"

namespace backstep {

namespace {

PythonValue filledLike(FunctionCall& call, double number)
{
    const Value x = call.tensor("x");
    if (!x.isPresent())
        return x;
    const bool isFloat = isFloating(x.dtype());
    return filled(call.builder(), number, isFloat ? x.dtype() : call.operands().reference(),
                  x.shape());
}

PythonValue zerosLike(FunctionCall& call)
{
    return filledLike(call, 0);
}

PythonValue onesLike(FunctionCall& call)
{
    return filledLike(call, 1);
}

PythonValue fullLike(FunctionCall& call)
{
    return filledLike(call, call.number("fill_value"));
}

PythonValue filledOf(FunctionCall& call)
{
    const std::vector<int64_t> sizes = call.integers("shape");
    double count = 1;
    for (const int64_t size : sizes)
        count *= static_cast<double>(size);
    // An Expand is planned as a whole: a shape typed by hand must not ask for more than memory has.
    if (sizes.size() > kMaxRank || !(count >= 0 && count <= 1e8))
        return call.fail("A tensor of this shape is too large; the limit is 1e8 elements");
    const bool isOnes = call.name().ends_with("ones");
    const double number = call.isNone("fill_value") ? isOnes : call.number("fill_value");
    return filled(call.builder(), number, call.operands().reference(),
                  Shape{std::span<const int64_t>(sizes)});
}

/// A number, a list of numbers, or a tensor as it is.
PythonValue constant(FunctionCall& call)
{
    const PythonValue& value = call.at("value");
    const PythonTuple* list = value.as<PythonTuple>();
    if (!list)
        return value;
    std::vector<double> numbers;
    for (const PythonValue& item : list->items) {
        const PythonNumber* number = item.as<PythonNumber>();
        if (!number)
            return call.fail("A constant is a number or a list of numbers; found a list of " +
                             described(item));
        numbers.push_back(number->value);
    }
    const Tensor content = Tensor::of<double>({static_cast<int64_t>(numbers.size())}, numbers);
    return call.builder().constant(content.converted(call.operands().reference()));
}

PythonValue oneHot(FunctionCall& call)
{
    const Value indices = castTo(call.tensor("x"), DType::Int64);
    const double depth = call.number("depth");
    if (!indices.isPresent())
        return indices;
    GraphBuilder& b = call.builder();
    const double off = call.isNone("off_value") ? 0 : call.number("off_value");
    const double on = call.isNone("on_value") ? 1 : call.number("on_value");
    const Tensor ends = Tensor::of<double>({2}, {off, on});
    return b.add("OneHot",
                 {indices, b.constant(Tensor::scalar(depth, DType::Int64)),
                  b.constant(ends.converted(call.operands().reference()))},
                 {{"axis", call.isNone("axis") ? int64_t{-1} : call.integer("axis")}});
}

PythonValue weightNamed(FunctionCall& call)
{
    return call.operands().weight(call.text("of"));
}

constexpr std::string_view kNone = "a constant carries no gradient";

constexpr FunctionEntry kCreation[]{
    {"zeros_like",
     "x",
     "zeros_like: tf keras.ops torch np jnp",
     "zeros in the shape of x",
     kNone,
     {},
     zerosLike},
    {"ones_like",
     "x",
     "ones_like: tf keras.ops torch np jnp",
     "ones in the shape of x",
     kNone,
     {},
     onesLike},
    {"full_like",
     "x, fill_value",
     "full_like: keras.ops torch np jnp jax.lax",
     "one number in the shape of x",
     kNone,
     {},
     fullLike},
    {"full",
     "shape, fill_value=None",
     "zeros: tf(shape) keras.ops(shape) torch(shape) np(shape) jnp(shape); "
     "ones: tf(shape) keras.ops(shape) torch(shape) np(shape) jnp(shape); "
     "full: keras.ops(shape, fill_value) torch(size, fill_value) np(shape, fill_value) "
     "jnp(shape, fill_value) jax.lax(shape, fill_value); fill: tf(dims, value)",
     "a tensor of one number",
     kNone,
     {},
     filledOf},
    {"constant",
     "value, dtype=None",
     "constant: tf; convert_to_tensor: tf keras.ops; tensor: torch(data, dtype=None); "
     "as_tensor: torch(data, dtype=None); array: np(object, dtype=None) jnp(object, dtype=None) "
     "keras.ops(x, dtype=None); asarray: np(a, dtype=None) jnp(a, dtype=None)",
     "a number or a list of numbers as a tensor",
     kNone,
     {},
     constant},
    {"weight",
     "of",
     "weight: python",
     "in a forward: a weight by its name in the file, weight('lstm/W'), or by the end of it",
     "the weight learns",
     {},
     weightNamed},
    {"one_hot",
     "x, depth, axis=None, on_value=None, off_value=None",
     "one_hot: tf(indices, depth, on_value=None, off_value=None, axis=-1) "
     "keras.ops(x, num_classes, axis=-1) F(tensor, num_classes) jax.nn(x, num_classes, axis=-1)",
     "1 at the index along a new axis, 0 elsewhere",
     "an index carries no gradient",
     {},
     oneHot},
};

}

std::span<const FunctionEntry> creationFunctions()
{
    return kCreation;
}

}
