// engine/ops/function_reductions.cpp - reductions made of others: norms, logarithms of sums, global
// pools.

#include "engine/ops/families.h"
#include "engine/ops/reduction.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using In = std::span<const Value>;

Value summed(GraphBuilder& b, const Node& node, In in, const Value& value,
             const std::string& op = "ReduceSum")
{
    return b.add(op, {value, inputOr(in, 1)}, node.attributes);
}

Expansion expandL1(GraphBuilder& b, const Node& node, In in)
{
    return std::vector<Value>{summed(b, node, in, b.add("Abs", {in[0]}))};
}

Expansion expandSumSquare(GraphBuilder& b, const Node& node, In in)
{
    return std::vector<Value>{summed(b, node, in, in[0] * in[0])};
}

// The norm of zeros has a kink; its gradient there is 0, as PyTorch's is. A Where on both sides of
// Sqrt keeps the infinite slope of Sqrt at 0 out.
Expansion expandL2(GraphBuilder& b, const Node& node, In in)
{
    const Value sum = summed(b, node, in, in[0] * in[0]);
    if (isFloating(in[0].dtype())) {
        const Value isZero = b.add("Equal", {sum, b.scalar(0, sum)});
        const Value root = b.add("Sqrt", {selected(isZero, b.scalar(1, sum), sum)});
        return std::vector<Value>{selected(isZero, b.scalar(0, sum), root)};
    }
    return std::vector<Value>{castTo(b.add("Sqrt", {castTo(sum, DType::Float64)}), in[0].dtype())};
}

Expansion expandLogSum(GraphBuilder& b, const Node& node, In in)
{
    return std::vector<Value>{b.add("Log", {summed(b, node, in, in[0])})};
}

// m + log(sum(exp(x - m))) with m the largest element, so that no exp overflows; an infinite m
// would make NaN of x - m.
Expansion expandLogSumExp(GraphBuilder& b, const Node& node, In in)
{
    Attributes keeping = node.attributes;
    keeping.set("keepdims", int64_t{1});
    const Value largest = b.add("ReduceMax", {in[0], inputOr(in, 1)}, keeping);
    const Value zero = b.scalar(0, in[0]);
    const Value m = selected(b.add("IsInf", {largest}), zero, largest);
    const Value sum = summed(b, node, in, b.add("Exp", {in[0] - m}));
    const Value log = b.add("Log", {sum});
    return std::vector<Value>{log + reshape(m, log.shape())};
}

Expansion expandGlobalAverage(GraphBuilder&, const Node&, In in)
{
    return std::vector<Value>{reduced("ReduceMean", in[0], axesFrom(2, in[0].shape().rank()))};
}

Expansion expandGlobalMax(GraphBuilder&, const Node&, In in)
{
    return std::vector<Value>{reduced("ReduceMax", in[0], axesFrom(2, in[0].shape().rank()))};
}

void add(OpRegistry& ops, std::string name, const std::string& what, ExpandRule expand,
         DTypeSet accepts)
{
    ops.add(functionOp(std::move(name), 18, what,
                       {{"data", accepts}, {"axes", {DType::Int64}, Port::Arity::Optional}},
                       {{"reduced", accepts}}, reductionShape, expand));
}

}

void registerFunctionReductions(OpRegistry& ops)
{
    add(ops, "ReduceL1", "Sum of absolute values over axes.", expandL1, numbers);
    add(ops, "ReduceL2", "Square root of the sum of squares over axes.", expandL2, numbers);
    add(ops, "ReduceSumSquare", "Sum of squares over axes.", expandSumSquare, numbers);
    add(ops, "ReduceLogSum", "Logarithm of the sum over axes.", expandLogSum, floating);
    add(ops, "ReduceLogSumExp", "Logarithm of the sum of exponentials over axes.", expandLogSumExp,
        floating);
    ops.add(functionOp("GlobalAveragePool", 1, "Mean over all axes behind batch and channels.",
                       {{"X", floating}}, {{"Y", floating}}, globalPoolShape, expandGlobalAverage));
    ops.add(functionOp("GlobalMaxPool", 1,
                       "Largest element over all axes behind batch and channels.",
                       {{"X", floating}}, {{"Y", floating}}, globalPoolShape, expandGlobalMax));
}

}
