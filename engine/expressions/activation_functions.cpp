// Activations: rectifiers, sigmoids, softmax, and their smooth relatives.
#include "engine/expressions/function_call.h"

namespace backstep {

namespace {

/// An operator with one number as attribute.
template<class Name> Value withAttribute(FunctionCall& call, Name attribute, double number)
{
    const Value x = call.floatingTensor("x");
    if (!x.isPresent())
        return x;
    return call.builder().add(std::string(call.op()), {x}, {{attribute, number}});
}

PythonValue withAlpha(FunctionCall& call)
{
    return withAttribute(call, "alpha", call.number("alpha"));
}

PythonValue logSigmoid(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    return x.isPresent() ? -node("Softplus", -x) : x;
}

/// torch scales by beta and is linear above the threshold, where float32 cannot tell.
PythonValue softplus(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    const double beta = call.isNone("beta") ? 1 : call.number("beta");
    if (beta == 1)
        return node("Softplus", x);
    return node("Softplus", x * beta) / beta;
}

PythonValue relu6(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    if (!x.isPresent())
        return x;
    GraphBuilder& b = call.builder();
    return b.add("Clip", {x, b.scalar(0, x), b.scalar(6, x)});
}

/// ONNX's own constants are those of float32.
PythonValue selu(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    if (!x.isPresent())
        return x;
    return call.builder().add("Selu", {x},
                              {{"alpha", 1.6732632423543772}, {"gamma", 1.0507009873554805}});
}

PythonValue gelu(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    const PythonValue& how = call.at("approximate");
    const bool isTanh =
        how.as<std::string>() ? *how.as<std::string>() == "tanh" : call.flag("approximate");
    if (!x.isPresent())
        return x;
    return call.builder().add("Gelu", {x}, {{"approximate", isTanh ? "tanh" : "none"}});
}

PythonValue silu(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    const double beta = call.isNone("beta") ? 1 : call.number("beta");
    return x * node("Sigmoid", beta == 1 ? x : x * beta);
}

PythonValue mish(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    return x * node("Tanh", node("Softplus", x));
}

/// relu6(x + 3) / 6, as Keras 3, PyTorch and JAX have it.
PythonValue hardSigmoid(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    if (!x.isPresent())
        return x;
    return call.builder().add("HardSigmoid", {x}, {{"alpha", 1.0 / 6}, {"beta", 0.5}});
}

PythonValue hardSwish(FunctionCall& call)
{
    return node("HardSwish", call.floatingTensor("x"));
}

PythonValue hardTanh(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    const double low = call.isNone("low") ? -1 : call.number("low");
    const double high = call.isNone("high") ? 1 : call.number("high");
    if (!x.isPresent())
        return x;
    GraphBuilder& b = call.builder();
    return b.add("Clip", {x, b.scalar(low, x), b.scalar(high, x)});
}

PythonValue softmax(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    if (!x.isPresent())
        return x;
    return call.builder().add(std::string(call.op()), {x},
                              {{"axis", call.axis("axis", x.shape().rank())}});
}

PythonValue softShrink(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    const double width = call.number("lambd");
    if (!x.isPresent())
        return x;
    return call.builder().add("Shrink", {x}, {{"lambd", width}, {"bias", width}});
}

PythonValue hardShrink(FunctionCall& call)
{
    return withAttribute(call, "lambd", call.number("lambd"));
}

PythonValue tanhShrink(FunctionCall& call)
{
    const Value x = call.floatingTensor("x");
    return x - node("Tanh", x);
}

/// The value at 0 is the second operand, as numpy.heaviside has it.
PythonValue heaviside(FunctionCall& call)
{
    const std::vector<Value> both = call.ofOneDType({"x", "values"});
    if (both.size() != 2 || !both[0].isPresent() || !both[1].isPresent())
        return Value();
    GraphBuilder& b = call.builder();
    const Value zero = b.scalar(0, both[0]);
    const Value step = b.add("Cast", {node("Greater", both[0], zero)},
                             {{"to", static_cast<int64_t>(both[0].dtype())}});
    return b.add("Where", {node("Equal", both[0], zero), both[1], step});
}

constexpr FunctionEntry kActivations[]{
    {"sigmoid", "x",
     "sigmoid: tf tf.math tf.nn keras.ops keras.activations torch F jax.nn .; "
     "expit: torch.special scipy.special; logistic: jax.lax",
     "1 / (1 + exp(-x))", "dx = dy * sigmoid(x) * (1 - sigmoid(x))", "Sigmoid"},
    {"log_sigmoid",
     "x",
     "log_sigmoid: tf.math keras.ops keras.activations jax.nn; logsigmoid: F",
     "log of the sigmoid",
     "dx = dy * sigmoid(-x)",
     {},
     logSigmoid},
    {"softplus",
     "x, beta=None",
     "softplus: tf.math(features) tf.nn(features) keras.ops(x) keras.activations(x) jax.nn(x) "
     "F(input, beta=1, threshold=20)",
     "log(1 + exp(x))",
     "dx = dy * sigmoid(x)",
     {},
     softplus},
    {"softsign", "x", "softsign: tf.nn tf.math keras.ops keras.activations F; soft_sign: jax.nn",
     "x / (1 + |x|)", "dx = dy / (1 + abs(x))**2", "Softsign"},
    {"relu", "x", "relu: tf.nn keras.ops keras.activations torch F jax.nn .", "max(x, 0)",
     "dx = dy * (x > 0)", "Relu"},
    {"relu6",
     "x",
     "relu6: tf.nn keras.ops keras.activations F jax.nn",
     "x limited to [0, 6]",
     "dx = dy * (x > 0) * (x < 6)",
     {},
     relu6},
    {"leaky_relu", "x, alpha=0.2",
     "leaky_relu: tf.nn(features, alpha=0.2) keras.ops(x, negative_slope=0.2) "
     "keras.activations(x, negative_slope=0.2) F(input, negative_slope=0.01) "
     "jax.nn(x, negative_slope=0.01)",
     "x, scaled by alpha below 0", "dx = dy * where(x > 0, 1, alpha)", "LeakyRelu", withAlpha},
    {"elu", "x, alpha=1.0", "elu: tf.nn(features, alpha=1.0) keras.ops keras.activations F jax.nn",
     "x above 0, alpha * (exp(x) - 1) below", "dx = dy * where(x > 0, 1, alpha * exp(x))", "Elu",
     withAlpha},
    {"celu", "x, alpha=1.0", "celu: keras.ops keras.activations torch F jax.nn",
     "x above 0, alpha * (exp(x / alpha) - 1) below", "dx = dy * where(x > 0, 1, exp(x / alpha))",
     "Celu", withAlpha},
    {"selu",
     "x",
     "selu: tf.nn keras.ops keras.activations torch F jax.nn",
     "scaled elu with fixed constants",
     "dx = dy * 1.0507 * where(x > 0, 1, 1.6733 * exp(x))",
     {},
     selu},
    {"gelu",
     "x, approximate=False",
     "gelu: tf.nn(features, approximate=False) keras.ops(x, approximate=True) "
     "keras.activations(x, approximate=False) F(input, approximate='none') "
     "jax.nn(x, approximate=True)",
     "x times the normal distribution's probability below x",
     "dx = dy * (Phi(x) + x * phi(x))",
     {},
     gelu},
    {"silu",
     "x, beta=None",
     "silu: tf.nn(features, beta=1.0) keras.ops(x) keras.activations(x) F(input) jax.nn(x); "
     "swish: tf.nn(features, beta=1.0) keras.ops(x) keras.activations(x) jax.nn(x)",
     "x * sigmoid(x)",
     "dx = dy * (s + x * s * (1 - s)), s = sigmoid(x)",
     {},
     silu},
    {"mish",
     "x",
     "mish: keras.activations F jax.nn",
     "x * tanh(softplus(x))",
     "dx = dy * (t + x * (1 - t**2) * sigmoid(x)), t = tanh(softplus(x))",
     {},
     mish},
    {"hard_sigmoid",
     "x",
     "hard_sigmoid: keras.ops keras.activations jax.nn; hardsigmoid: F",
     "relu6(x + 3) / 6",
     "dx = dy / 6 inside (-3, 3), else 0",
     {},
     hardSigmoid},
    {"hard_swish",
     "x",
     "hard_swish: keras.ops keras.activations jax.nn; hard_silu: keras.ops keras.activations "
     "jax.nn; hardswish: F",
     "x * relu6(x + 3) / 6",
     "dx = dy * (2 * x + 3) / 6 inside (-3, 3)",
     {},
     hardSwish},
    {"hard_tanh",
     "x, low=None, high=None",
     "hard_tanh: keras.ops(x) keras.activations(x) jax.nn(x); "
     "hardtanh: F(input, min_val=-1.0, max_val=1.0)",
     "x limited to [-1, 1]",
     "dx = dy inside the bounds, else 0",
     {},
     hardTanh},
    {"softmax", "x, axis=-1",
     "softmax: tf.nn(logits, axis=-1) tf.math(logits, axis=-1) keras.ops keras.activations "
     "torch(input, dim) "
     "F(input, dim) torch.special(input, dim) jax.nn .(self, dim)",
     "exp(x) over its sum along an axis", "dx = y * (dy - sum(dy * y)) along the axis", "Softmax",
     softmax},
    {"log_softmax", "x, axis=-1",
     "log_softmax: tf.nn(logits, axis=-1) tf.math(logits, axis=-1) keras.ops keras.activations "
     "torch(input, dim) "
     "F(input, dim) torch.special(input, dim) jax.nn .(self, dim)",
     "log of the softmax along an axis", "dx = dy - softmax(x) * sum(dy) along the axis",
     "LogSoftmax", softmax},
    {"softshrink",
     "x, lambd=0.5",
     "softshrink: F; soft_shrink: keras.ops(x, threshold=0.5) keras.activations(x, threshold=0.5)",
     "x moved towards 0 by lambd",
     "dx = dy where |x| > lambd, else 0",
     {},
     softShrink},
    {"hardshrink", "x, lambd=0.5",
     "hardshrink: F torch; hard_shrink: keras.ops(x, threshold=0.5) keras.activations(x, "
     "threshold=0.5)",
     "x, 0 where |x| <= lambd", "dx = dy where |x| > lambd, else 0", "Shrink", hardShrink},
    {"tanhshrink",
     "x",
     "tanhshrink: F; tanh_shrink: keras.ops keras.activations",
     "x - tanh(x)",
     "dx = dy * tanh(x)**2",
     {},
     tanhShrink},
    {"heaviside",
     "x, values",
     "heaviside: np(x1, x2) jnp(x1, x2) torch .",
     "0 below 0, 1 above, the second operand at 0",
     "zero almost everywhere",
     {},
     heaviside},
};

}

std::span<const FunctionEntry> activationFunctions()
{
    return kActivations;
}

}
