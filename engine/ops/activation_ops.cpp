// engine/ops/activation_ops.cpp - smooth and piecewise functions of one operand, and Clip.

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/kernels.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

#include <utility>

#include <unsupported/Eigen/SpecialFunctions>

#include <numbers>

namespace backstep {

namespace {

#define BACKSTEP_ELEMENTS(Name, expression)                                                        \
    struct Name {                                                                                  \
        template<class X> auto operator()(const X& x) const { return expression; }                 \
    };
BACKSTEP_ELEMENTS(NegElements, -x)
BACKSTEP_ELEMENTS(ExpElements, x.exp())
BACKSTEP_ELEMENTS(LogElements, x.log())
BACKSTEP_ELEMENTS(SqrtElements, x.sqrt())
BACKSTEP_ELEMENTS(AbsElements, x.abs())
BACKSTEP_ELEMENTS(TanhElements, x.tanh())
BACKSTEP_ELEMENTS(SinElements, x.sin())
BACKSTEP_ELEMENTS(CosElements, x.cos())
BACKSTEP_ELEMENTS(ErfElements, x.erf())
BACKSTEP_ELEMENTS(ReciprocalElements, x.inverse())
#undef BACKSTEP_ELEMENTS

/// Eigen's logistic() is 1 from x = 16 on, where 1 - y still has digits; a GRU needs them.
struct SigmoidElements {
    template<class X> auto operator()(const X& x) const
    {
        using T = typename X::Scalar;
        return (T(1) + (-x).exp()).inverse();
    }
};
struct ReluElements {
    template<class X> auto operator()(const X& x) const
    {
        using T = typename X::Scalar;
        return x.unaryExpr([](T v) { return v != v || v > T(0) ? v : T(0); });
    }
};
/// log(1 + exp(x)) without overflow.
struct SoftplusElements {
    template<class X> auto operator()(const X& x) const
    {
        using T = typename X::Scalar;
        return x.unaryExpr(
            [](T v) { return std::max(v, T(0)) + std::log1p(std::exp(-std::abs(v))); });
    }
};
struct LeakyReluElements {
    explicit LeakyReluElements(const Attributes& a) : alpha(a.real("alpha", 0.01)) {}
    double alpha;
    template<class X> auto operator()(const X& x) const
    {
        using T = typename X::Scalar;
        return x.unaryExpr([a = static_cast<T>(alpha)](T v) { return v < T(0) ? a * v : v; });
    }
};
struct EluElements {
    explicit EluElements(const Attributes& a) : alpha(a.real("alpha", 1.0)) {}
    double alpha;
    template<class X> auto operator()(const X& x) const
    {
        using T = typename X::Scalar;
        return x.unaryExpr(
            [a = static_cast<T>(alpha)](T v) { return v < T(0) ? a * std::expm1(v) : v; });
    }
};

template<class T> struct ClipOf {
    static void kernel(const KernelCall& call)
    {
        const bool hasLow = call.in.size() > 1 && call.in[1].data;
        const bool hasHigh = call.in.size() > 2 && call.in[2].data;
        const T low = hasLow ? *call.in[1].as<T>() : std::numeric_limits<T>::lowest();
        const T high = hasHigh ? *call.in[2].as<T>() : std::numeric_limits<T>::max();
        const TensorView &x = call.in[0], &y = call.out[0];
        const StridedLoop<2> loop(y.shape, {x.strides, y.strides});
        loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
            for (int64_t i = 0; i < length; ++i) {
                const T v = x.as<T>()[at[0] + i * step[0]];
                const T raised = hasLow && v < low ? low : v; // max wins where min is above it
                y.as<T>()[at[1] + i * step[1]] = hasHigh && raised > high ? high : raised;
            }
        });
    }
};

Value x(const GradientScope& g)
{
    return g.input(size_t{0});
}
Value y(const GradientScope& g)
{
    return g.output(size_t{0});
}
Value dy(const GradientScope& g)
{
    return g.cotangent(size_t{0});
}
void toX(GradientScope& g, const Value& dx)
{
    g.contribute(size_t{0}, dx);
}

void negGradient(GradientScope& g)
{
    toX(g, -dy(g));
}
void expGradient(GradientScope& g)
{
    toX(g, dy(g) * y(g));
}
void logGradient(GradientScope& g)
{
    toX(g, dy(g) / x(g));
}
void sqrtGradient(GradientScope& g)
{
    toX(g, dy(g) * 0.5 / y(g));
}
void absGradient(GradientScope& g)
{
    toX(g, dy(g) * g.builder().add("Sign", {x(g)}));
}
void sinGradient(GradientScope& g)
{
    toX(g, dy(g) * g.builder().add("Cos", {x(g)}));
}
void cosGradient(GradientScope& g)
{
    toX(g, -(dy(g) * g.builder().add("Sin", {x(g)})));
}
void erfGradient(GradientScope& g)
{
    const Value slope = g.builder().add("Exp", {-(x(g) * x(g))}) * (2.0 * std::numbers::inv_sqrtpi);
    toX(g, dy(g) * slope);
}
void reciprocalGradient(GradientScope& g)
{
    toX(g, -(dy(g) * y(g) * y(g)));
}
void softplusGradient(GradientScope& g)
{
    toX(g, dy(g) * g.builder().add("Sigmoid", {x(g)}));
}
void tanhGradient(GradientScope& g)
{
    toX(g, g.builder().helper("TanhGrad", {dy(g), y(g)}));
}
void sigmoidGradient(GradientScope& g)
{
    toX(g, g.builder().helper("SigmoidGrad", {dy(g), y(g)}));
}
void reluGradient(GradientScope& g)
{
    toX(g, g.builder().helper("ReluGrad", {dy(g), x(g)}));
}
void leakyReluGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value isNegative = b.add("Less", {x(g), b.scalar(0, x(g))});
    const double alpha = g.attributes().real("alpha", 0.01);
    toX(g, b.add("Where", {isNegative, dy(g) * alpha, dy(g)}));
}
void eluGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value isNegative = b.add("Less", {x(g), b.scalar(0, x(g))});
    const double alpha = g.attributes().real("alpha", 1.0);
    toX(g, b.add("Where", {isNegative, dy(g) * (y(g) + alpha), dy(g)}));
}
// Inside the bounds, borders included, the cotangent passes (as TensorFlow and PyTorch do); outside
// it goes to the bound, the upper one where they meet or cross.
void clipGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value low = g.input("min"), high = g.input("max"), zero = b.scalar(0, dy(g));
    Value isBelow, isAbove;
    if (low.isPresent())
        isBelow = b.add("Less", {x(g), low});
    if (high.isPresent())
        isAbove = b.add("Greater", {x(g), high});
    if (isBelow.isPresent() && isAbove.isPresent()) {
        isAbove = b.add("Or", {isAbove, b.add("GreaterOrEqual", {low, high})});
        isBelow = b.add("And", {isBelow, b.add("Not", {isAbove})});
    }
    Value dx = dy(g);
    for (const auto& [isOutside, port] : {std::pair(isBelow, "min"), std::pair(isAbove, "max")}) {
        if (!isOutside.isPresent())
            continue;
        dx = b.add("Where", {isOutside, zero, dx});
        if (g.wants(port))
            g.contribute(port, b.add("Where", {isOutside, dy(g), zero}));
    }
    toX(g, dx);
}

OpDef unaryOp(std::string name, std::string doc, KernelTable kernel, GradientRule gradient,
              DTypeSet accepts = floating)
{
    return {
        .name = std::move(name),
        .sinceOpset = 13,
        .doc = std::move(doc),
        .inputs = {{"X", accepts}},
        .outputs = {{"Y", accepts}},
        .shape = sameTypeAsFirst,
        .kernel = std::move(kernel),
        .overTime = OverTime::Elementwise,
        .gradient = std::move(gradient),
    };
}

std::string docOf(std::string what, std::string gradient, std::string name, int opset,
                  std::string dtypes = "float32, float64")
{
    return what + "\n    Shapes    X: any S; Y: S\n    Dtypes    " + dtypes +
           "; Y has the dtype of X\n    Gradient  " + gradient +
           "\n    Errors    dtype-refused for any other dtype\n    Source    ONNX operator " +
           name + ", opset " + std::to_string(opset);
}

OpDef clipOp()
{
    return {
        .name = "Clip",
        .sinceOpset = 13,
        .doc = docOf("Every element limited to [min, max].",
                     "dx = dy inside the bounds, borders included, else 0", "Clip", 13, "numbers"),
        .inputs = {{"input", numbers, Port::Arity::One, "T"},
                   {"min", numbers, Port::Arity::Optional, "T"},
                   {"max", numbers, Port::Arity::Optional, "T"}},
        .outputs = {{"output", numbers}},
        .shape = sameTypeAsFirst,
        .kernel = kernelTable<numbers, ClipOf>(),
        .overTime = OverTime::Elementwise,
        .gradient = clipGradient,
    };
}

}

void registerActivationOps(OpRegistry& ops)
{
    constexpr DTypeSet signedNumbers =
        floating | DTypeSet{DType::Int32, DType::Int64, DType::Int8, DType::Int16};
    ops.add(unaryOp("Neg", docOf("The negative of every element.", "dx = -dy", "Neg", 13),
                    mapKernel<NegElements, signedNumbers>(), negGradient, signedNumbers));
    ops.add(unaryOp("Abs", docOf("Absolute value.", "dx = dy * sign(x): 0 at x = 0", "Abs", 13),
                    mapKernel<AbsElements, signedNumbers>(), absGradient, signedNumbers));
    ops.add(unaryOp("Exp", docOf("Exponential.", "dx = dy * y; residual: y", "Exp", 13),
                    mapKernel<ExpElements, floating>(), expGradient));
    ops.add(unaryOp("Log", docOf("Natural logarithm.", "dx = dy / x", "Log", 13),
                    mapKernel<LogElements, floating>(), logGradient));
    ops.add(unaryOp("Sqrt", docOf("Square root.", "dx = dy / (2 y)", "Sqrt", 13),
                    mapKernel<SqrtElements, floating>(), sqrtGradient));
    ops.add(unaryOp("Reciprocal", docOf("1 / x.", "dx = -dy * y^2", "Reciprocal", 13),
                    mapKernel<ReciprocalElements, floating>(), reciprocalGradient));
    ops.add(unaryOp("Sin", docOf("Sine of radians.", "dx = dy * cos(x)", "Sin", 7),
                    mapKernel<SinElements, floating>(), sinGradient));
    ops.add(unaryOp("Cos", docOf("Cosine of radians.", "dx = -dy * sin(x)", "Cos", 7),
                    mapKernel<CosElements, floating>(), cosGradient));
    ops.add(unaryOp("Erf", docOf("Error function.", "dx = dy * 2/sqrt(pi) * exp(-x^2)", "Erf", 13),
                    mapKernel<ErfElements, floating>(), erfGradient));
    ops.add(unaryOp("Tanh",
                    docOf("Hyperbolic tangent.", "dx = dy * (1 - y^2); residual: y", "Tanh", 13),
                    mapKernel<TanhElements, floating>(), tanhGradient));
    ops.add(unaryOp(
        "Sigmoid", docOf("1 / (1 + exp(-x)).", "dx = dy * y * (1 - y); residual: y", "Sigmoid", 13),
        mapKernel<SigmoidElements, floating>(), sigmoidGradient));
    ops.add(unaryOp(
        "Relu",
        docOf("max(x, 0).", "dx = 0 where x <= 0 (the kink too), else dy (of NaN too)", "Relu", 14),
        mapKernel<ReluElements, floating>(), reluGradient));
    ops.add(unaryOp("Softplus", docOf("log(1 + exp(x)).", "dx = dy * sigmoid(x)", "Softplus", 1),
                    mapKernel<SoftplusElements, floating>(), softplusGradient));
    ops.add(
        unaryOp("LeakyRelu",
                docOf("x, or alpha x below 0.", "dx = dy, or alpha dy below 0", "LeakyRelu", 16),
                mapKernel<LeakyReluElements, floating>(), leakyReluGradient));
    ops.add(unaryOp("Elu",
                    docOf("x, or alpha (exp(x) - 1) below 0.",
                          "dx = dy, or dy * (y + alpha) below 0", "Elu", 6),
                    mapKernel<EluElements, floating>(), eluGradient));
    ops.add(clipOp());
}

}
