// engine/ops/break_ops.cpp - where the backward pass loses something: a node to stop at, and a cut
// on purpose.

#include "engine/ops/families.h"
#include "engine/ops/graph_builder.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/ops/stop_gradient.h"
#include "engine/tensor/strided.h"

#include <cstring>

namespace backstep {

namespace {

Result<std::vector<TensorType>> zeroShape(const OpCall& call)
{
    return std::vector<TensorType>{
        {call.inputs[0].dtype, Shape(call.attributes.integers("shape"))}};
}

void zeroKernel(const KernelCall& call)
{
    const TensorView& dx = call.out[0];
    std::memset(dx.data, 0, static_cast<size_t>(dx.shape.count()) * elementSize(dx.dtype));
}

std::vector<Value> zeroBody(GraphBuilder& b, const Node& node, std::span<const Value> in)
{
    const std::vector<int64_t> shape = node.attributes.integers("shape");
    return {b.constant(Tensor(TensorType{in[0].dtype(), Shape(shape)}))};
}

Result<std::vector<TensorType>> noOutputs(const OpCall&)
{
    return std::vector<TensorType>{};
}

void nothing(const KernelCall&) {}

void copyKernel(const KernelCall& call)
{
    copyElements(call.in[0], call.out[0]);
}

std::vector<Value> identityBody(GraphBuilder& b, const Node&, std::span<const Value> in)
{
    return {b.add("Identity", {in[0]})};
}

}

void registerBreakOps(OpRegistry& ops)
{
    ops.add({
        .name = std::string(kZeroGradient),
        .domain = std::string(kHelperDomain),
        .doc = "Zeros of attribute shape: the op's derivative is zero almost everywhere.",
        .inputs = {{"dy", floating}},
        .outputs = {{"dx", floating}},
        .shape = zeroShape,
        .kernel = {.forAll = zeroKernel},
        .body = zeroBody,
        .gradient = GradientRule::zeroAlmostEverywhere("zeros, whatever arrives"),
    });
    ops.add({
        .name = std::string(kStopGradient),
        .domain = std::string(kHelperDomain),
        .doc = "x as it is, without a gradient behind it: stop_gradient, detach.",
        .inputs = {{"x", floating}},
        .outputs = {{"y", floating}},
        .shape = sameTypeAsFirst,
        .kernel = {.forAll = copyKernel},
        .body = identityBody,
        .gradient = GradientRule::notDifferentiable("the gradient is stopped here on purpose"),
    });
    ops.add({
        .name = std::string(kGradientBreak),
        .domain = std::string(kHelperDomain),
        .doc = "The cotangents that arrive at an op which cannot pass them on.",
        .inputs = {{"dy", floating, Port::Arity::Many}},
        .outputs = {},
        .shape = noOutputs,
        .kernel = {.forAll = nothing},
        .gradient = GradientRule::notDifferentiable("nothing goes on from it"),
    });
}

}
