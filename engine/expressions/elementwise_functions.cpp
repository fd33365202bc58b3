// Functions applied element by element: exponentials, trigonometry, rounding, arithmetic.
#include "engine/expressions/function_call.h"

#include <numbers>

namespace backstep {

namespace {

PythonValue rsqrt(FunctionCall& call)
{
    return node("Reciprocal", node("Sqrt", call.floatingTensor("x")));
}

PythonValue log1p(FunctionCall& call)
{
    // log(1+x) * x/((1+x)-1) keeps the digits of a small x (Kahan); 0 where 1+x rounds to 1.
    const Value x = call.floatingTensor("x");
    const Value above = x + 1.0, step = above - 1.0;
    if (!step.isPresent())
        return step;
    const Value isTiny = node("Equal", step, x.builder().scalar(0, x));
    const Value safeStep = x.builder().add("Where", {isTiny, x.builder().scalar(1, x), step});
    const Value corrected = node("Log", above) * (x / safeStep);
    return x.builder().add("Where", {isTiny, x, corrected});
}

PythonValue expm1(FunctionCall& call)
{
    // 2 sinh(x/2) exp(x/2) loses no digits near 0.
    const Value half = call.floatingTensor("x") * 0.5;
    return node("Sinh", half) * node("Exp", half) * 2.0;
}

PythonValue square(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    return x * x;
}

PythonValue atan2(FunctionCall& call)
{
    const std::vector<Value> both = call.ofOneDType({"y", "x"});
    if (both.size() != 2 || !both[0].isPresent() || !both[1].isPresent())
        return Value();
    const Value y = both[0], x = both[1];
    GraphBuilder& b = call.builder();
    const Value zero = b.scalar(0, x);
    const Value angle = node("Atan", y / x);
    // A half turn towards the side of y where x is negative; the axis x = 0 by itself.
    const Value side = b.add("Where", {node("Less", y, zero), b.scalar(-1, x), b.scalar(1, x)});
    const Value turned =
        b.add("Where", {node("Less", x, zero), angle + side * std::numbers::pi, angle});
    const Value upright = node("Sign", y) * (std::numbers::pi / 2);
    return b.add("Where", {node("Equal", x, zero), upright, turned});
}

PythonValue erfc(FunctionCall& call)
{
    return 1.0 - node("Erf", call.floatingTensor("x"));
}

PythonValue logit(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    return node("Log", x / (1.0 - x));
}

PythonValue sinc(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    if (!x.isPresent())
        return x;
    GraphBuilder& b = call.builder();
    const Value isZero = node("Equal", x, b.scalar(0, x));
    const Value angle = b.add("Where", {isZero, b.scalar(1, x), x * std::numbers::pi});
    return b.add("Where", {isZero, b.scalar(1, x), node("Sin", angle) / angle});
}

PythonValue truncated(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    return node("Sign", x) * node("Floor", node("Abs", x));
}

PythonValue fraction(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    return x - node("Sign", x) * node("Floor", node("Abs", x));
}

/// The operator that Python writes with a symbol.
template<char... symbol> PythonValue arithmetic(FunctionCall& call)
{
    static constexpr char text[]{symbol..., 0};
    return call.operands().binary(text, call.at("x"), call.at("y"));
}

PythonValue negated(FunctionCall& call)
{
    return call.operands().unary("-", call.at("x"));
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

/// A bound that is None does not hold; tensors as bounds need Max and Min, as numpy.clip does it.
PythonValue clip(FunctionCall& call)
{
    Value x = call.floatingTensor("x");
    if (!call.isNone("low")) {
        const std::vector<Value> both =
            call.operands().ofOneDType(std::vector<PythonValue>{x, call.at("low")});
        x = both.size() == 2 ? node("Max", both[0], both[1]) : Value();
    }
    if (!call.isNone("high")) {
        const std::vector<Value> both =
            call.operands().ofOneDType(std::vector<PythonValue>{x, call.at("high")});
        x = both.size() == 2 ? node("Min", both[0], both[1]) : Value();
    }
    return x;
}

PythonValue clipBetween(FunctionCall& call)
{
    const bool isScalar = call.at("low").as<PythonNumber>() && call.at("high").as<PythonNumber>();
    const Value x = call.floatingTensor("x");
    if (!isScalar || !x.isPresent())
        return clip(call);
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

constexpr FunctionEntry kElementwise[]{
    {"exp", "x", "exp: tf tf.math keras.ops torch np jnp jax.lax math .", "e to the power x",
     "dx = dy * exp(x)", "Exp"},
    {"exp2",
     "x",
     "exp2: torch torch.special np jnp jax.lax keras.ops",
     "2 to the power x",
     "dx = dy * exp2(x) * log(2)",
     {},
     [](FunctionCall& call) -> PythonValue {
         return call.operands().power(PythonNumber{2, true}, call.at("x"));
     }},
    {"log", "x", "log: tf tf.math keras.ops torch np jnp jax.lax math .", "natural logarithm",
     "dx = dy / x", "Log"},
    {"log2",
     "x",
     "log2: keras.ops torch np jnp math .",
     "logarithm to the base 2",
     "dx = dy / (x * log(2))",
     {},
     [](FunctionCall& call) -> PythonValue {
         return node("Log", call.floatingTensor("x")) * std::numbers::log2e;
     }},
    {"log10",
     "x",
     "log10: keras.ops torch np jnp math .",
     "logarithm to the base 10",
     "dx = dy / (x * log(10))",
     {},
     [](FunctionCall& call) -> PythonValue {
         return node("Log", call.floatingTensor("x")) * std::numbers::log10e;
     }},
    {"log1p",
     "x",
     "log1p: tf.math keras.ops torch torch.special np jnp jax.lax math .",
     "log(1 + x), exact near 0",
     "dx = dy / (1 + x)",
     {},
     log1p},
    {"expm1",
     "x",
     "expm1: tf.math keras.ops torch torch.special np jnp jax.lax math .",
     "exp(x) - 1, exact near 0",
     "dx = dy * exp(x)",
     {},
     expm1},
    {"sqrt", "x", "sqrt: tf tf.math keras.ops torch np jnp jax.lax math .", "square root",
     "dx = dy / (2 * sqrt(x))", "Sqrt"},
    {"rsqrt",
     "x",
     "rsqrt: tf.math keras.ops torch jax.lax .",
     "1 / sqrt(x)",
     "dx = -dy / (2 * x**1.5)",
     {},
     rsqrt},
    {"square",
     "x",
     "square: tf tf.math keras.ops torch np jnp jax.lax .",
     "x times x",
     "dx = 2 * dy * x",
     {},
     square},
    {"reciprocal", "x", "reciprocal: tf.math keras.ops torch np jnp .", "1 / x", "dx = -dy / x**2",
     "Reciprocal"},
    {"abs", "x",
     "abs: tf tf.math keras.ops torch np jnp jax.lax .; absolute: keras.ops torch np jnp .; "
     "fabs: np jnp math",
     "absolute value", "dx = dy * sign(x)", "Abs"},
    {"sign", "x", "sign: tf tf.math keras.ops torch np jnp jax.lax .; sgn: torch .", "-1, 0 or 1",
     "zero almost everywhere", "Sign"},
    {"negative",
     "x",
     "negative: tf tf.math keras.ops torch np jnp .; neg: torch jax.lax .",
     "-x",
     "dx = -dy",
     {},
     negated},
    {"sin", "x", "sin: tf tf.math keras.ops torch np jnp jax.lax math .", "sine",
     "dx = dy * cos(x)", "Sin"},
    {"cos", "x", "cos: tf tf.math keras.ops torch np jnp jax.lax math .", "cosine",
     "dx = -dy * sin(x)", "Cos"},
    {"tan", "x", "tan: tf tf.math keras.ops torch np jnp jax.lax math .", "tangent",
     "dx = dy / cos(x)**2", "Tan"},
    {"asin", "x", "asin: tf tf.math torch np jnp jax.lax math .; arcsin: keras.ops torch np jnp .",
     "inverse sine", "dx = dy / sqrt(1 - x**2)", "Asin"},
    {"acos", "x", "acos: tf tf.math torch np jnp jax.lax math .; arccos: keras.ops torch np jnp .",
     "inverse cosine", "dx = -dy / sqrt(1 - x**2)", "Acos"},
    {"atan", "x", "atan: tf tf.math torch np jnp jax.lax math .; arctan: keras.ops torch np jnp .",
     "inverse tangent", "dx = dy / (1 + x**2)", "Atan"},
    {"atan2",
     "y, x",
     "atan2: tf tf.math torch np jnp jax.lax math .; arctan2: keras.ops torch np jnp .",
     "angle of the point (x, y)",
     "dy = d * x / (x**2 + y**2), dx = -d * y / (x**2 + y**2)",
     {},
     atan2},
    {"sinh", "x", "sinh: tf tf.math keras.ops torch np jnp jax.lax math .", "hyperbolic sine",
     "dx = dy * cosh(x)", "Sinh"},
    {"cosh", "x", "cosh: tf tf.math keras.ops torch np jnp jax.lax math .", "hyperbolic cosine",
     "dx = dy * sinh(x)", "Cosh"},
    {"tanh", "x",
     "tanh: tf tf.math tf.nn keras.ops keras.activations torch F np jnp jax.lax jax.nn math .",
     "hyperbolic tangent", "dx = dy * (1 - tanh(x)**2)", "Tanh"},
    {"asinh", "x",
     "asinh: tf tf.math torch np jnp jax.lax math .; arcsinh: keras.ops torch np jnp .",
     "inverse hyperbolic sine", "dx = dy / sqrt(x**2 + 1)", "Asinh"},
    {"acosh", "x",
     "acosh: tf tf.math torch np jnp jax.lax math .; arccosh: keras.ops torch np jnp .",
     "inverse hyperbolic cosine", "dx = dy / sqrt(x**2 - 1)", "Acosh"},
    {"atanh", "x",
     "atanh: tf tf.math torch np jnp jax.lax math .; arctanh: keras.ops torch np jnp .",
     "inverse hyperbolic tangent", "dx = dy / (1 - x**2)", "Atanh"},
    {"erf", "x", "erf: tf.math keras.ops torch torch.special scipy.special jax.lax math .",
     "error function", "dx = dy * 2 / sqrt(pi) * exp(-x**2)", "Erf"},
    {"erfc",
     "x",
     "erfc: tf.math torch torch.special scipy.special jax.lax math .",
     "1 - erf(x)",
     "dx = -dy * 2 / sqrt(pi) * exp(-x**2)",
     {},
     erfc},
    {"logit",
     "x",
     "logit: torch torch.special scipy.special .",
     "log(x / (1 - x))",
     "dx = dy / (x * (1 - x))",
     {},
     logit},
    {"sinc",
     "x",
     "sinc: torch torch.special np jnp .",
     "sin(pi x) / (pi x), 1 at 0",
     "dx = dy * (cos(pi x) - sinc(x)) / x",
     {},
     sinc},
    {"floor", "x", "floor: tf tf.math keras.ops torch np jnp jax.lax .",
     "the largest integer not above x", "zero almost everywhere", "Floor"},
    {"ceil", "x", "ceil: tf.math keras.ops torch np jnp jax.lax .",
     "the smallest integer not below x", "zero almost everywhere", "Ceil"},
    {"round", "x", "round: tf tf.math keras.ops torch np jnp .; rint: tf.math np jnp",
     "the nearest integer, halves to the even one", "zero almost everywhere", "Round"},
    {"trunc",
     "x",
     "trunc: keras.ops torch np jnp .; fix: torch np",
     "x without its fraction",
     "zero almost everywhere",
     {},
     truncated},
    {"frac", "x", "frac: torch .", "the fraction of x, with its sign", "dx = dy", {}, fraction},
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
     clipBetween},
    {"clip_by_norm",
     "x, clip_norm, axis=None",
     "clip_by_norm: tf(t, clip_norm, axes=None)",
     "x made shorter where its norm is above clip_norm",
     "scaled where the norm is above the limit, else dy",
     {},
     clippedByNorm},
};

}

std::span<const FunctionEntry> elementwiseFunctions()
{
    return kElementwise;
}

}
