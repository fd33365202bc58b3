// engine/ops/activation_gradients.cpp - helper ops: the gradient of an activation as one box.

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/kernels.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

namespace backstep {

namespace {

struct TanhGradElements {
    template<class D, class Y> auto operator()(const D& dy, const Y& y) const
    {
        using T = typename D::Scalar;
        return dy * (T(1) - y * y);
    }
};
struct SigmoidGradElements {
    template<class D, class Y> auto operator()(const D& dy, const Y& y) const
    {
        using T = typename D::Scalar;
        return dy * y * (T(1) - y);
    }
};
struct ReluGradElements {
    template<class D, class X> auto operator()(const D& dy, const X& x) const
    {
        using T = typename D::Scalar;
        return dy.binaryExpr(x, [](T d, T v) { return v <= T(0) ? T(0) : d; });
    }
};

std::vector<Value> tanhGradBody(GraphBuilder&, const Node&, std::span<const Value> in)
{
    return {in[0] * (1.0 - in[1] * in[1])};
}
std::vector<Value> sigmoidGradBody(GraphBuilder&, const Node&, std::span<const Value> in)
{
    return {in[0] * (in[1] * (1.0 - in[1]))};
}
std::vector<Value> reluGradBody(GraphBuilder& b, const Node&, std::span<const Value> in)
{
    const Value isOff = b.add("LessOrEqual", {in[1], b.scalar(0, in[1])});
    return {b.add("Where", {isOff, b.scalar(0, in[0]), in[0]})};
}

// Second order: ddx is the cotangent of dx.

void tanhGradGradient(GradientScope& g)
{
    const Value ddx = g.cotangent("dx"), y = g.input("y");
    g.contribute("dy", g.builder().helper("TanhGrad", {ddx, y}));
    if (g.wants("y"))
        g.contribute("y", ddx * g.input("dy") * y * -2.0);
}
void sigmoidGradGradient(GradientScope& g)
{
    const Value ddx = g.cotangent("dx"), y = g.input("y");
    g.contribute("dy", g.builder().helper("SigmoidGrad", {ddx, y}));
    if (g.wants("y"))
        g.contribute("y", ddx * g.input("dy") * (1.0 - 2.0 * y));
}
// Flat in x on both sides of the kink.
void reluGradGradient(GradientScope& g)
{
    g.contribute("dy", g.builder().helper("ReluGrad", {g.cotangent("dx"), g.input("x")}));
}

OpDef helperOp(std::string name, std::string doc, std::string residual, KernelTable kernel,
               BodyRule body, GradientFunction gradient)
{
    return {
        .name = std::move(name),
        .domain = std::string(kHelperDomain),
        .doc = std::move(doc),
        .inputs = {{"dy", floating, Port::Arity::One, "T"},
                   {std::move(residual), floating, Port::Arity::One, "T"}},
        .outputs = {{"dx", floating}},
        .shape = broadcastOfAll,
        .kernel = std::move(kernel),
        .overTime = OverTime::Elementwise,
        .body = body,
        .gradient = gradient,
    };
}

}

void registerActivationGradients(OpRegistry& ops)
{
    ops.add(helperOp("TanhGrad", "dx = dy * (1 - y^2): the gradient of Tanh from its output.", "y",
                     zipKernel<TanhGradElements, floating>(), tanhGradBody, tanhGradGradient));
    ops.add(helperOp("SigmoidGrad", "dx = dy * y * (1 - y): the gradient of Sigmoid.", "y",
                     zipKernel<SigmoidGradElements, floating>(), sigmoidGradBody,
                     sigmoidGradGradient));
    ops.add(helperOp("ReluGrad", "dx = 0 where x <= 0, else dy (of NaN too): the gradient of Relu.",
                     "x", zipKernel<ReluGradElements, floating>(), reluGradBody, reluGradGradient));
}

}
