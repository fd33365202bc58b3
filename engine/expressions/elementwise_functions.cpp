// Functions of one tensor, element by element: exponentials, trigonometry, rounding.
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

PythonValue negated(FunctionCall& call)
{
    return call.operands().unary("-", call.at("x"));
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
     "erfc: tf.math keras.ops torch torch.special scipy.special jax.lax math .",
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
};

}

std::span<const FunctionEntry> elementwiseFunctions()
{
    return kElementwise;
}

}
