// engine/ops/comparison_ops.cpp - comparisons and logic: boolean results.

#include "engine/ops/element_kernels.h"
#include "engine/ops/families.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

namespace backstep {

namespace {

#define BACKSTEP_COMPARISON(Name, expression)                                                      \
    struct Name {                                                                                  \
        template<class T> bool operator()(T x, T y) const { return expression; }                   \
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
    bool operator()(bool x) const { return !x; }
};

/// Text is equal or not; it has no order.
void equalTexts(const KernelCall& call)
{
    const TensorView &a = call.in[0], &b = call.in[1], &y = call.out[0];
    const StridedLoop<3> loop(
        y.shape, {stridesBroadcastTo(a, y.shape), stridesBroadcastTo(b, y.shape), y.strides});
    loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
        for (int64_t i = 0; i < length; ++i)
            y.as<bool>()[at[2] + i * step[2]] = a.as<std::string>()[at[0] + i * step[0]] ==
                                                b.as<std::string>()[at[1] + i * step[1]];
    });
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
    ops.add(comparison("Less", "A < B", elementTestKernel<LessElements, numbers>(), numbers));
    ops.add(comparison("LessOrEqual", "A <= B", elementTestKernel<LessOrEqualElements, numbers>(),
                       numbers));
    ops.add(comparison("Greater", "A > B", elementTestKernel<GreaterElements, numbers>(), numbers));
    ops.add(comparison("GreaterOrEqual", "A >= B",
                       elementTestKernel<GreaterOrEqualElements, numbers>(), numbers));
    KernelTable equal = elementTestKernel<EqualElements, comparable>();
    equal.byDType[static_cast<size_t>(DType::String)] = equalTexts;
    ops.add(comparison("Equal", "A == B", std::move(equal), comparable | strings));
    ops.add(comparison("And", "both hold", elementTestKernel<AndElements, booleans>(), booleans));
    ops.add(
        comparison("Or", "one of both holds", elementTestKernel<OrElements, booleans>(), booleans));
    ops.add(comparison("Xor", "exactly one of both holds",
                       elementTestKernel<XorElements, booleans>(), booleans));
    ops.add({
        .name = "Not",
        .doc = "The opposite truth value.\n    Source    ONNX operator Not, opset 1",
        .inputs = {{"X", booleans}},
        .outputs = {{"Y", booleans}},
        .shape = sameTypeAsFirst,
        .kernel = elementKernel<NotElements, booleans>(),
        .overTime = OverTime::Elementwise,
        .gradient = GradientRule::notDifferentiable("its result is a boolean"),
    });
}

}
