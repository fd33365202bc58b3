// engine/ops/comparison_ops.cpp - comparisons and logic (boolean results), and Cast.

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/kernels.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

#include <fmt/format.h>

namespace backstep {

namespace {

#define BACKSTEP_COMPARISON(Name, expression)                                                      \
    struct Name {                                                                                  \
        template<class A, class B> auto operator()(const A& a, const B& b) const                   \
        {                                                                                          \
            using T = typename A::Scalar;                                                          \
            return a.binaryExpr(b, [](T x, T y) -> bool { return expression; });                   \
        }                                                                                          \
    };
BACKSTEP_COMPARISON(LessElements, x < y)
BACKSTEP_COMPARISON(LessOrEqualElements, x <= y)
BACKSTEP_COMPARISON(GreaterElements, x > y)
BACKSTEP_COMPARISON(GreaterOrEqualElements, x >= y)
BACKSTEP_COMPARISON(EqualElements, x == y)
BACKSTEP_COMPARISON(AndElements, x&& y)
BACKSTEP_COMPARISON(OrElements, x || y)
BACKSTEP_COMPARISON(XorElements, x != y)
#undef BACKSTEP_COMPARISON

struct NotElements {
    template<class X> auto operator()(const X& x) const
    {
        return x.unaryExpr([](bool v) { return !v; });
    }
};

void castKernel(const KernelCall& call)
{
    convertElements(call.in[0], call.out[0]);
}

Result<std::vector<TensorType>> castShape(const OpCall& call)
{
    const auto to = call.attributes.integer("to", 0);
    if (to <= 0 || to >= kFileDTypeCount)
        return Error{"attribute", fmt::format("attribute 'to' is {}, which names no dtype", to)};
    const auto dtype = static_cast<DType>(to);
    if (!(numbers | booleans).has(dtype))
        return Error{"unsupported", fmt::format("a Cast to {} is not computed", nameOf(dtype))};
    return std::vector<TensorType>{{dtype, call.shape(0)}};
}

void castGradient(GradientScope& g)
{
    const DType dtype = g.input(size_t{0}).dtype();
    const Value dy = g.cotangent(size_t{0});
    g.contribute(size_t{0},
                 dy.dtype() == dtype
                     ? dy
                     : g.builder().add("Cast", {dy}, {{"to", static_cast<int64_t>(dtype)}}));
}

OpDef comparison(std::string name, std::string what, KernelTable kernel, DTypeSet accepts)
{
    return {
        .name = name,
        .sinceOpset = 16,
        .doc = "True where " + what +
               ".\n    Shapes    A, B broadcast; C: the common shape, bool\n"
               "    Gradient  none: a boolean carries no gradient\n    Source    ONNX operator " +
               name,
        .inputs = {{"A", accepts, Port::Arity::One, "T"}, {"B", accepts, Port::Arity::One, "T"}},
        .outputs = {{"C", booleans}},
        .shape = broadcastToBool,
        .kernel = std::move(kernel),
        .overTime = OverTime::Elementwise,
        .gradient = GradientRule::notDifferentiable("its result is a boolean"),
    };
}

}

void registerComparisonOps(OpRegistry& ops)
{
    constexpr DTypeSet comparable = numbers | booleans;
    ops.add(comparison("Less", "A < B", zipToBool<LessElements, numbers>(), numbers));
    ops.add(
        comparison("LessOrEqual", "A <= B", zipToBool<LessOrEqualElements, numbers>(), numbers));
    ops.add(comparison("Greater", "A > B", zipToBool<GreaterElements, numbers>(), numbers));
    ops.add(comparison("GreaterOrEqual", "A >= B", zipToBool<GreaterOrEqualElements, numbers>(),
                       numbers));
    ops.add(comparison("Equal", "A == B", zipToBool<EqualElements, comparable>(), comparable));
    ops.add(comparison("And", "both hold", zipToBool<AndElements, booleans>(), booleans));
    ops.add(comparison("Or", "one of both holds", zipToBool<OrElements, booleans>(), booleans));
    ops.add(comparison("Xor", "exactly one of both holds", zipToBool<XorElements, booleans>(),
                       booleans));
    ops.add({
        .name = "Not",
        .doc = "The opposite truth value.\n    Source    ONNX operator Not, opset 1",
        .inputs = {{"X", booleans}},
        .outputs = {{"Y", booleans}},
        .shape = sameTypeAsFirst,
        .kernel = mapKernel<NotElements, booleans>(),
        .overTime = OverTime::Elementwise,
        .gradient = GradientRule::notDifferentiable("its result is a boolean"),
    });
    ops.add({
        .name = "Cast",
        .sinceOpset = 19,
        .doc = R"(Every element in another dtype.
            Shapes    input: any S; output: S
            Dtypes    numbers and bool; floats become integers by truncation
            Gradient  dx = dy in the dtype of x; an integer or bool result carries none
            Source    ONNX operator Cast, opset 19)",
        .inputs = {{"input", numbers | booleans}},
        .outputs = {{"output", numbers | booleans}},
        .shape = castShape,
        .kernel = {.forAll = castKernel},
        .overTime = OverTime::Elementwise,
        .gradient = castGradient,
    });
}

}
