// Operators that work element by element, as TensorFlow, PyTorch and JAX write them.
#include "engine/exporters/code/op_spelling.h"
#include "engine/ops/stop_gradient.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using Words = Result<CodeWords>;

bool isOnIntegers(const CodeNode& code)
{
    return !isFloating(code.dtype(0));
}

/// An attribute as a number, under the name `alpha`.
Words alphaOf(const CodeNode& code, double otherwise)
{
    const Tensor alpha =
        Tensor::scalar(code.node.attributes.real("alpha", otherwise), DType::Float32);
    return CodeWords{{{"alpha", numberText(alpha, 0)}}};
}

Words leakyRelu(const CodeNode& code)
{
    return alphaOf(code, 0.01);
}

Words elu(const CodeNode& code)
{
    return alphaOf(code, 1.0);
}

/// Integers are divided towards zero, as ONNX has it.
Words quotient(const CodeNode& code)
{
    constexpr std::array<std::string_view, 3> whole{"tf.truncatediv({0}, {1})",
                                                    "torch.div({0}, {1}, rounding_mode=\"trunc\")",
                                                    "jax.lax.div({0}, {1})"};
    CodeWords words;
    if (isOnIntegers(code))
        words.pattern = whole[static_cast<size_t>(code.framework)];
    return words;
}

/// The remainder has the sign of the divisor, or with `fmod` that of the dividend.
Words remainder(const CodeNode& code)
{
    constexpr std::array<std::string_view, 3> truncated{
        "tf.truncatemod({0}, {1})", "torch.fmod({0}, {1})", "jnp.fmod({0}, {1})"};
    CodeWords words;
    if (code.node.attributes.integer("fmod", 0) != 0)
        words.pattern = truncated[static_cast<size_t>(code.framework)];
    return words;
}

/// Bounds that are left out bind nothing.
Words clip(const CodeNode& code)
{
    const bool hasLow = code.has(1), hasHigh = code.has(2);
    CodeWords words;
    if (code.framework == Framework::TensorFlow)
        words.pattern = hasLow && hasHigh ? "tf.clip_by_value({0}, {1#}, {2#})"
                        : hasLow          ? "tf.maximum({0}, {1#})"
                        : hasHigh         ? "tf.minimum({0}, {2#})"
                                          : "{0}";
    else if (code.framework == Framework::PyTorch)
        words.pattern = hasLow && hasHigh ? "torch.clamp({0}, min={1#}, max={2#})"
                        : hasLow          ? "torch.clamp({0}, min={1#})"
                        : hasHigh         ? "torch.clamp({0}, max={2#})"
                                          : "{0}";
    else
        words.pattern = hasLow && hasHigh ? "jnp.clip({0}, {1#}, {2#})"
                        : hasLow          ? "jnp.maximum({0}, {1#})"
                        : hasHigh         ? "jnp.minimum({0}, {2#})"
                                          : "{0}";
    return words;
}

/// f(f(x0, x1), x2)
Words folded(const CodeNode& code, const std::string& function)
{
    CodeWords words;
    words.pattern = "{0#}";
    for (size_t i = 1; i < code.node.inputs.size(); ++i)
        words.pattern = fmt::format("{}({}, {{{}#}})", function, words.pattern, i);
    return words;
}

Words extremum(const CodeNode& code, const std::string& name, const char* bound)
{
    const bool isTorch = code.framework == Framework::PyTorch;
    // torch.maximum takes no number; of two operands one is one at most.
    for (const size_t number : {0u, 1u})
        if (isTorch && code.node.inputs.size() == 2 && code.isNumber(number) &&
            !code.isNumber(1 - number)) {
            CodeWords words;
            words.pattern =
                fmt::format("torch.clamp({{{}}}, {}={{{}#}})", 1 - number, bound, number);
            return words;
        }
    const char* module = isTorch                                   ? "torch."
                         : code.framework == Framework::TensorFlow ? "tf."
                                                                   : "jnp.";
    Words words = folded(code, module + name);
    if (isTorch)
        std::erase(words->pattern, '#');
    return words;
}

Words maximum(const CodeNode& code)
{
    return extremum(code, "maximum", "min");
}

Words minimum(const CodeNode& code)
{
    return extremum(code, "minimum", "max");
}

Words castWords(const CodeNode& code)
{
    CodeWords words;
    words.dtype = code.result().dtype;
    if (words.dtype == DType::String || code.dtype(0) == DType::String)
        return Error{"no-spelling", "text is no tensor of numbers in these frameworks"};
    return words;
}

Words shiftWords(const CodeNode& code)
{
    const bool isLeft = code.node.attributes.text("direction", "") == "LEFT";
    constexpr std::array<std::string_view, 3> left{"tf.bitwise.left_shift({0}, {1})",
                                                   "torch.bitwise_left_shift({0}, {1})",
                                                   "jnp.left_shift({0}, {1})"};
    constexpr std::array<std::string_view, 3> right{"tf.bitwise.right_shift({0}, {1})",
                                                    "torch.bitwise_right_shift({0}, {1})",
                                                    "jnp.right_shift({0}, {1})"};
    CodeWords words;
    words.pattern = (isLeft ? left : right)[static_cast<size_t>(code.framework)];
    return words;
}

constexpr std::array<std::string_view, 3> same(std::string_view pattern)
{
    return {pattern, pattern, pattern};
}

constexpr OpSpelling kRows[]{
    {"Add", same("{0#} + {1#}")},
    {"Sub", same("{0#} - {1#}")},
    {"Mul", same("{0#} * {1#}")},
    {"Div", same("{0#} / {1#}"), quotient},
    {"Pow", same("{0#} ** {1#}")},
    {"Neg", same("-{0}")},
    {"Identity", same("{0}")},
    {kStopGradient, {"tf.stop_gradient({0})", "{0}.detach()", "jax.lax.stop_gradient({0})"}},
    {"Mod",
     {"tf.math.floormod({0}, {1})", "torch.remainder({0}, {1})", "jnp.mod({0}, {1})"},
     remainder},
    {"Abs", {"tf.abs({0})", "torch.abs({0})", "jnp.abs({0})"}},
    {"Sign", {"tf.sign({0})", "torch.sign({0})", "jnp.sign({0})"}},
    {"Round", {"tf.round({0})", "torch.round({0})", "jnp.round({0})"}},
    {"Floor", {"tf.floor({0})", "torch.floor({0})", "jnp.floor({0})"}},
    {"Ceil", {"tf.math.ceil({0})", "torch.ceil({0})", "jnp.ceil({0})"}},
    {"Reciprocal", same("1.0 / {0}")},
    {"Sqrt", {"tf.sqrt({0})", "torch.sqrt({0})", "jnp.sqrt({0})"}},
    {"Exp", {"tf.exp({0})", "torch.exp({0})", "jnp.exp({0})"}},
    {"Log", {"tf.math.log({0})", "torch.log({0})", "jnp.log({0})"}},
    {"Sin", {"tf.sin({0})", "torch.sin({0})", "jnp.sin({0})"}},
    {"Cos", {"tf.cos({0})", "torch.cos({0})", "jnp.cos({0})"}},
    {"Tan", {"tf.tan({0})", "torch.tan({0})", "jnp.tan({0})"}},
    {"Asin", {"tf.asin({0})", "torch.asin({0})", "jnp.arcsin({0})"}},
    {"Acos", {"tf.acos({0})", "torch.acos({0})", "jnp.arccos({0})"}},
    {"Atan", {"tf.atan({0})", "torch.atan({0})", "jnp.arctan({0})"}},
    {"Sinh", {"tf.sinh({0})", "torch.sinh({0})", "jnp.sinh({0})"}},
    {"Cosh", {"tf.cosh({0})", "torch.cosh({0})", "jnp.cosh({0})"}},
    {"Tanh", {"tf.tanh({0})", "torch.tanh({0})", "jnp.tanh({0})"}},
    {"Asinh", {"tf.asinh({0})", "torch.asinh({0})", "jnp.arcsinh({0})"}},
    {"Acosh", {"tf.acosh({0})", "torch.acosh({0})", "jnp.arccosh({0})"}},
    {"Atanh", {"tf.atanh({0})", "torch.atanh({0})", "jnp.arctanh({0})"}},
    {"Erf", {"tf.math.erf({0})", "torch.erf({0})", "jax.lax.erf({0})"}},
    {"Relu", {"tf.nn.relu({0})", "torch.relu({0})", "jax.nn.relu({0})"}},
    {"Sigmoid", {"tf.sigmoid({0})", "torch.sigmoid({0})", "jax.nn.sigmoid({0})"}},
    {"Softplus",
     {"tf.math.softplus({0})", "torch.nn.functional.softplus({0})", "jax.nn.softplus({0})"}},
    {"LeakyRelu",
     {"tf.nn.leaky_relu({0}, alpha={alpha})",
      "torch.nn.functional.leaky_relu({0}, negative_slope={alpha})",
      "jax.nn.leaky_relu({0}, negative_slope={alpha})"},
     leakyRelu},
    {"Elu",
     {"tf.where({0} > 0, {0}, {alpha} * tf.math.expm1(tf.minimum({0}, 0)))",
      "torch.nn.functional.elu({0}, alpha={alpha})", "jax.nn.elu({0}, alpha={alpha})"},
     elu},
    {"Clip", {}, clip},
    {"Max", {}, maximum},
    {"Min", {}, minimum},
    {"Where",
     {"tf.where({0}, {1#}, {2#})", "torch.where({0}, {1#}, {2#})", "jnp.where({0}, {1#}, {2#})"}},
    {"Cast", {"tf.cast({0}, {dtype})", "{0}.to({dtype})", "{0}.astype({dtype})"}, castWords},
    {"Equal", {"tf.equal({0}, {1#})", "{0} == {1#}", "{0} == {1#}"}},
    {"Less", same("{0#} < {1#}")},
    {"LessOrEqual", same("{0#} <= {1#}")},
    {"Greater", same("{0#} > {1#}")},
    {"GreaterOrEqual", same("{0#} >= {1#}")},
    {"Not", same("~{0}")},
    {"And", same("{0} & {1}")},
    {"Or", same("{0} | {1}")},
    {"Xor", same("{0} ^ {1}")},
    {"BitwiseNot", {"tf.bitwise.invert({0})", "~{0}", "~{0}"}},
    {"BitwiseAnd", {"tf.bitwise.bitwise_and({0}, {1})", "{0} & {1}", "{0} & {1}"}},
    {"BitwiseOr", {"tf.bitwise.bitwise_or({0}, {1})", "{0} | {1}", "{0} | {1}"}},
    {"BitwiseXor", {"tf.bitwise.bitwise_xor({0}, {1})", "{0} ^ {1}", "{0} ^ {1}"}},
    {"BitShift", {}, shiftWords},
    {"IsNaN", {"tf.math.is_nan({0})", "torch.isnan({0})", "jnp.isnan({0})"}},
    {"IsInf", {"tf.math.is_inf({0})", "torch.isinf({0})", "jnp.isinf({0})"}},
};

}

std::span<const OpSpelling> elementwiseSpellings()
{
    return kRows;
}

}
