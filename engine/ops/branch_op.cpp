// engine/ops/branch_op.cpp - what stays of an If whose branch the data decide.

#include "engine/ops/branch_op.h"
#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/registry.h"

namespace backstep {

namespace {

Result<std::vector<TensorType>> branchShape(const OpCall& call)
{
    return std::vector<TensorType>{call.inputs[0]};
}

std::optional<TensorView> branchView(const OpCall&, const TensorView& input, size_t)
{
    return input;
}

std::vector<Value> branchBody(GraphBuilder& b, const Node&, std::span<const Value> in)
{
    return {b.add("Identity", {in[0]})};
}

/// One zero, seen as often as needed.
Value zerosLike(const Value& like)
{
    const std::span<const int64_t> sizes = like.shape().sizes();
    GraphBuilder& b = like.builder();
    return b.add("Expand", {b.scalar(0, like), b.ints({sizes.begin(), sizes.end()})});
}

void branchGradient(GradientScope& g)
{
    g.contribute(0, g.cotangent(0));
    for (size_t i = 2; i < g.inputCount(); ++i)
        if (g.wants(i))
            g.contribute(i, zerosLike(g.input(i)));
}

}

void registerBranchOp(OpRegistry& ops)
{
    ops.add({
        .name = std::string(kBranch),
        .domain = std::string(kHelperDomain),
        .doc = R"(The result of the branch of an If that the data at hand take.
            Shapes    result: any; condition: bool, one element; unused: what the other branch
                      reads; output: as result; attribute taken: the condition that was read
            Gradient  dy to the result; zeros to what only the other branch reads
            Source    ONNX operator If; SEMANTICS R10)",
        .inputs = {{"result", anyDType},
                   {"condition", booleans},
                   {"unused", floating, Port::Arity::Many}},
        .outputs = {{"output", anyDType}},
        .shape = branchShape,
        .view = branchView,
        .body = branchBody,
        .gradient = branchGradient,
    });
}

}
