// engine/ops/inverse_ops.cpp - the trigonometric and hyperbolic functions beside Sin, Cos, Tanh.

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/kernels.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

namespace backstep {

namespace {

#define BACKSTEP_ELEMENTS(Name, function)                                                          \
    struct Name {                                                                                  \
        template<class X> auto operator()(const X& x) const                                        \
        {                                                                                          \
            using T = typename X::Scalar;                                                          \
            return x.unaryExpr([](T v) -> T { return function(v); });                              \
        }                                                                                          \
    };
BACKSTEP_ELEMENTS(TanElements, std::tan)
BACKSTEP_ELEMENTS(AsinElements, std::asin)
BACKSTEP_ELEMENTS(AcosElements, std::acos)
BACKSTEP_ELEMENTS(AtanElements, std::atan)
BACKSTEP_ELEMENTS(SinhElements, std::sinh)
BACKSTEP_ELEMENTS(CoshElements, std::cosh)
BACKSTEP_ELEMENTS(AsinhElements, std::asinh)
BACKSTEP_ELEMENTS(AcoshElements, std::acosh)
BACKSTEP_ELEMENTS(AtanhElements, std::atanh)
#undef BACKSTEP_ELEMENTS

Value x(const GradientScope& g)
{
    return g.input(size_t{0});
}

void contribute(GradientScope& g, const Value& slope)
{
    g.contribute(size_t{0}, g.cotangent(size_t{0}) * slope);
}

/// dy / root
void divideBySqrt(GradientScope& g, const Value& square)
{
    g.contribute(size_t{0}, g.cotangent(size_t{0}) / g.builder().add("Sqrt", {square}));
}

void tanGradient(GradientScope& g)
{
    const Value y = g.output(size_t{0});
    contribute(g, y * y + 1.0);
}
void asinGradient(GradientScope& g)
{
    divideBySqrt(g, 1.0 - x(g) * x(g));
}
void acosGradient(GradientScope& g)
{
    g.contribute(size_t{0},
                 -(g.cotangent(size_t{0}) / g.builder().add("Sqrt", {1.0 - x(g) * x(g)})));
}
void atanGradient(GradientScope& g)
{
    g.contribute(size_t{0}, g.cotangent(size_t{0}) / (x(g) * x(g) + 1.0));
}
void sinhGradient(GradientScope& g)
{
    contribute(g, g.builder().add("Cosh", {x(g)}));
}
void coshGradient(GradientScope& g)
{
    contribute(g, g.builder().add("Sinh", {x(g)}));
}
void asinhGradient(GradientScope& g)
{
    divideBySqrt(g, x(g) * x(g) + 1.0);
}
void acoshGradient(GradientScope& g)
{
    divideBySqrt(g, x(g) * x(g) - 1.0);
}
void atanhGradient(GradientScope& g)
{
    g.contribute(size_t{0}, g.cotangent(size_t{0}) / (1.0 - x(g) * x(g)));
}

void addFunction(OpRegistry& ops, const std::string& name, const std::string& what,
                 const std::string& slope, KernelTable kernel, GradientFunction gradient)
{
    ops.add({
        .name = name,
        .sinceOpset = 22,
        .doc = what + "\n    Shapes    X: any S; Y: S\n    Gradient  dx = dy * " + slope +
               "\n    Source    ONNX operator " + name + ", opset 22",
        .inputs = {{"X", floating}},
        .outputs = {{"Y", floating}},
        .shape = sameTypeAsFirst,
        .kernel = std::move(kernel),
        .overTime = OverTime::Elementwise,
        .gradient = gradient,
    });
}

}

void registerInverseOps(OpRegistry& ops)
{
    addFunction(ops, "Tan", "Tangent of radians.", "(1 + y^2)", mapKernel<TanElements, floating>(),
                tanGradient);
    addFunction(ops, "Asin", "The angle of a sine.", "1 / sqrt(1 - x^2)",
                mapKernel<AsinElements, floating>(), asinGradient);
    addFunction(ops, "Acos", "The angle of a cosine.", "-1 / sqrt(1 - x^2)",
                mapKernel<AcosElements, floating>(), acosGradient);
    addFunction(ops, "Atan", "The angle of a tangent.", "1 / (1 + x^2)",
                mapKernel<AtanElements, floating>(), atanGradient);
    addFunction(ops, "Sinh", "Hyperbolic sine.", "cosh(x)", mapKernel<SinhElements, floating>(),
                sinhGradient);
    addFunction(ops, "Cosh", "Hyperbolic cosine.", "sinh(x)", mapKernel<CoshElements, floating>(),
                coshGradient);
    addFunction(ops, "Asinh", "Inverse hyperbolic sine.", "1 / sqrt(x^2 + 1)",
                mapKernel<AsinhElements, floating>(), asinhGradient);
    addFunction(ops, "Acosh", "Inverse hyperbolic cosine.", "1 / sqrt(x^2 - 1)",
                mapKernel<AcoshElements, floating>(), acoshGradient);
    addFunction(ops, "Atanh", "Inverse hyperbolic tangent.", "1 / (1 - x^2)",
                mapKernel<AtanhElements, floating>(), atanhGradient);
}

}
