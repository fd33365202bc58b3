// Arithmetic of two tensors, element by element, and what keeps values within bounds.
#include "engine/expressions/function_call.h"

namespace backstep {

namespace {

/// The operator that Python writes with a symbol.
template<char... symbol> PythonValue arithmetic(FunctionCall& call)
{
    static constexpr char text[]{symbol..., 0};
    return call.operands().binary(text, call.at("x"), call.at("y"));
}

PythonValue division(FunctionCall& call)
{
    if (call.isNone("rounding_mode"))
        return call.operands().binary("/", call.at("x"), call.at("y"));
    const std::string mode = call.text("rounding_mode");
    if (mode == "floor")
        return call.operands().binary("//", call.at("x"), call.at("y"));
    return call.fail("rounding_mode is '" + mode + "'; expected None or 'floor'");
}

PythonValue truncatedRemainder(FunctionCall& call)
{
    const std::vector<Value> both = call.ofOneDType({"x", "y"});
    return both.size() == 2 ? call.builder().add("Mod", both, {{"fmod", int64_t{1}}}) : Value();
}

PythonValue quotientWithoutNan(FunctionCall& call)
{
    const std::vector<Value> both = call.ofOneDType({"x", "y"});
    if (both.size() != 2 || !both[1].isPresent())
        return Value();
    GraphBuilder& b = call.builder();
    const Value zero = b.scalar(0, both[1]);
    const Value isZero = node("Equal", both[1], zero);
    const Value divisor = b.add("Where", {isZero, b.scalar(1, both[1]), both[1]});
    return b.add("Where", {isZero, zero, both[0] / divisor});
}

PythonValue squaredDifference(FunctionCall& call)
{
    const std::vector<Value> both = call.ofOneDType({"x", "y"});
    const Value difference = both.size() == 2 ? both[0] - both[1] : Value();
    return difference * difference;
}

PythonValue logaddexp(FunctionCall& call)
{
    const std::vector<Value> both = call.ofOneDType({"x", "y"});
    if (both.size() != 2)
        return Value();
    const Value distance = node("Abs", both[0] - both[1]);
    return node("Max", both[0], both[1]) +
           node("Softplus", distance.isPresent() ? -distance : Value());
}

/// One bound of x; one that is None does not hold.
Value bounded(FunctionCall& call, const Value& x, const char* op, std::string_view bound)
{
    if (call.isNone(bound))
        return x;
    const std::vector<Value> both =
        call.operands().ofOneDType(std::vector<PythonValue>{x, call.at(bound)});
    return both.size() == 2 ? node(op, both[0], both[1]) : Value();
}

/// Where the bounds cross, the one that is applied last holds: TensorFlow's lower one, and the
/// upper one elsewhere.
PythonValue clip(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    const bool isLowLast = call.name().starts_with("tf") || call.name().starts_with("keras");
    const PythonNumber *low = call.at("low").as<PythonNumber>(),
                       *high = call.at("high").as<PythonNumber>();
    if (!low || !high || !x.isPresent() || (isLowLast && low->value > high->value))
        return isLowLast ? bounded(call, bounded(call, x, "Min", "high"), "Max", "low")
                         : bounded(call, bounded(call, x, "Max", "low"), "Min", "high");
    GraphBuilder& b = call.builder();
    return b.add("Clip", {x, b.scalar(call.number("low"), x), b.scalar(call.number("high"), x)});
}

PythonValue clippedByNorm(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    if (!x.isPresent())
        return x;
    GraphBuilder& b = call.builder();
    const Value norm = b.add("ReduceL2", {x, b.ints(call.axes("axis", x.shape().rank()))});
    const Value limit = b.scalar(call.number("clip_norm"), x);
    return x * (limit / node("Max", norm, limit));
}

constexpr FunctionEntry kArithmetic[]{
    {"add",
     "x, y",
     "add: tf tf.math keras.ops torch np jnp jax.lax .",
     "x + y",
     "dx = d, dy = d",
     {},
     arithmetic<'+'>},
    {"subtract",
     "x, y",
     "subtract: tf tf.math keras.ops torch np jnp .; sub: torch jax.lax .",
     "x - y",
     "dx = d, dy = -d",
     {},
     arithmetic<'-'>},
    {"multiply",
     "x, y",
     "multiply: tf tf.math keras.ops torch np jnp .; mul: torch jax.lax .",
     "x * y",
     "dx = d * y, dy = d * x",
     {},
     arithmetic<'*'>},
    {"divide",
     "x, y, rounding_mode=None",
     "divide: tf(x, y) tf.math(x, y) keras.ops(x, y) torch np(x, y) jnp(x, y) .; "
     "true_divide: keras.ops(x, y) torch(x, y) np(x, y) jnp(x, y) .(x, y); truediv: tf(x, y) "
     "tf.math(x, y); div: torch jax.lax(x, y) .",
     "x / y",
     "dx = d / y, dy = -d * x / y**2",
     {},
     division},
    {"floor_divide",
     "x, y",
     "floor_divide: keras.ops torch np jnp .; floordiv: tf tf.math",
     "floor(x / y)",
     "zero almost everywhere",
     {},
     arithmetic<'/', '/'>},
    {"mod",
     "x, y",
     "mod: keras.ops np jnp; floormod: tf tf.math; mod: tf.math; remainder: torch np jnp .",
     "the remainder, with the sign of y",
     "dx = d, dy = -d * floor(x / y)",
     {},
     arithmetic<'%'>},
    {"fmod",
     "x, y",
     "fmod: torch np jnp .; rem: jax.lax; truncatemod: tf",
     "the remainder, with the sign of x",
     "dx = d, dy = -d * trunc(x / y)",
     {},
     truncatedRemainder},
    {"pow",
     "x, y",
     "pow: tf tf.math torch np jnp jax.lax .; power: keras.ops np jnp",
     "x to the power y",
     "dx = d * y * x**(y-1), dy = d * x**y * log(x)",
     {},
     arithmetic<'*', '*'>},
    {"divide_no_nan",
     "x, y",
     "divide_no_nan: tf.math keras.ops",
     "x / y, 0 where y is 0",
     "dx = d / y, dy = -d * x / y**2, 0 where y is 0",
     {},
     quotientWithoutNan},
    {"squared_difference",
     "x, y",
     "squared_difference: tf tf.math",
     "(x - y)**2",
     "dx = 2 * d * (x - y), dy = -dx",
     {},
     squaredDifference},
    {"logaddexp",
     "x, y",
     "logaddexp: keras.ops torch np jnp .",
     "log(exp(x) + exp(y))",
     "dx = d * sigmoid(x - y), dy = d * sigmoid(y - x)",
     {},
     logaddexp},
    {"maximum", "x, y",
     "maximum: tf tf.math keras.ops torch np jnp .; max: jax.lax; fmax: torch np jnp .",
     "the larger of both", "dx = d where x >= y, dy = d elsewhere", "Max"},
    {"minimum", "x, y",
     "minimum: tf tf.math keras.ops torch np jnp .; min: jax.lax; fmin: torch np jnp .",
     "the smaller of both", "dx = d where x <= y, dy = d elsewhere", "Min"},
    {"clip",
     "x, low, high",
     "clip: np(a, a_min=None, a_max=None) jnp(arr, min=None, max=None) "
     "keras.ops(x, x_min, x_max) .(x, min=None, max=None) torch(input, min=None, max=None); "
     "clip_by_value: tf(t, clip_value_min, clip_value_max); "
     "clamp: torch(input, min=None, max=None) .(x, min=None, max=None) jax.lax(min, x, max)",
     "x limited to [low, high]",
     "dx = dy inside the bounds, else 0",
     {},
     clip},
    {"clip_by_norm",
     "x, clip_norm, axis=None",
     "clip_by_norm: tf(t, clip_norm, axes=None)",
     "x made shorter where its norm is above clip_norm",
     "scaled where the norm is above the limit, else dy",
     {},
     clippedByNorm},
};

}

std::span<const FunctionEntry> arithmeticFunctions()
{
    return kArithmetic;
}

}
