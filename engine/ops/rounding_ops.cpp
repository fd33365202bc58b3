// engine/ops/rounding_ops.cpp - steps: Sign, Floor, Ceil, Round. Zero gradient almost everywhere.

#include "engine/ops/families.h"
#include "engine/ops/kernels.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

namespace backstep {

namespace {

struct SignElements {
    template<class X> auto operator()(const X& x) const
    {
        using T = typename X::Scalar;
        return x.unaryExpr([](T v) -> T { return v != v ? v : T((v > T(0)) - (v < T(0))); });
    }
};
struct FloorElements {
    template<class X> auto operator()(const X& x) const { return x.floor(); }
};
struct CeilElements {
    template<class X> auto operator()(const X& x) const { return x.ceil(); }
};
/// Halves go to the even neighbour.
struct RoundElements {
    template<class X> auto operator()(const X& x) const { return x.rint(); }
};

OpDef stepOp(std::string name, std::string what, std::string why, KernelTable kernel,
             DTypeSet accepts)
{
    return {
        .name = name,
        .sinceOpset = 13,
        .doc = what + "\n    Shapes    X: any S; Y: S\n    Gradient  zero almost everywhere: " +
               why + "\n    Source    ONNX operator " + name,
        .inputs = {{"X", accepts}},
        .outputs = {{"Y", accepts}},
        .shape = sameTypeAsFirst,
        .kernel = std::move(kernel),
        .overTime = OverTime::Elementwise,
        .gradient = GradientRule::zeroAlmostEverywhere(std::move(why)),
    };
}

}

void registerRoundingOps(OpRegistry& ops)
{
    ops.add(stepOp("Sign", "-1, 0 or 1 by the sign of every element.",
                   "sign is flat on both sides of 0, so its derivative is 0",
                   mapKernel<SignElements, numbers>(), numbers));
    ops.add(stepOp("Floor", "The largest integer not above every element.",
                   "floor is flat between the integers, so its derivative is 0",
                   mapKernel<FloorElements, floating>(), floating));
    ops.add(stepOp("Ceil", "The smallest integer not below every element.",
                   "ceil is flat between the integers, so its derivative is 0",
                   mapKernel<CeilElements, floating>(), floating));
    ops.add(stepOp("Round", "The nearest integer; halves go to the even one.",
                   "round is flat between the halves, so its derivative is 0",
                   mapKernel<RoundElements, floating>(), floating));
}

}
