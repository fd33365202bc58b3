// engine/ops/pooling_ops.cpp - AveragePool, LpPool and GlobalLpPool as functions of other ops:
// windows are gathered along each axis, then reduced.

#include "engine/ops/families.h"
#include "engine/ops/reduction.h"
#include "engine/ops/windows.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using In = std::span<const Value>;
using Axes = std::vector<WindowAxis>;

/// 1 / elements that count in each window: all in the operand, or with `withPadding` in the given
/// padding too. [windows of each axis]
Value shareOf(GraphBuilder& b, const Axes& axes, bool withPadding, DType dtype)
{
    Shape shape;
    std::vector<double> shares{1};
    for (const WindowAxis& axis : axes) {
        const int64_t from = withPadding ? -axis.before : 0;
        const int64_t end = axis.size + (withPadding ? axis.behind : 0);
        std::vector<double> longer;
        for (double share : shares)
            for (int64_t o = 0; o < axis.count; ++o) {
                int64_t count = 0;
                for (int64_t k = 0; k < axis.kernel; ++k)
                    count += axis.positionOf(o, k) >= from && axis.positionOf(o, k) < end;
                longer.push_back(share / static_cast<double>(count));
            }
        shares = std::move(longer);
        shape.append(axis.count);
    }
    return b.constant(Tensor::of<double>(shape, shares).converted(dtype));
}

Expansion expandAveragePool(GraphBuilder& b, const Node& node, In in)
{
    const auto axes = windowsOf(node.attributes, in[0].shape());
    if (!axes)
        return axes.error();
    const bool withPadding = node.attributes.integer("count_include_pad", 0) != 0;
    const Value sum = reduced("ReduceSum", windowed(b, in[0], *axes, 0), elementAxes(*axes), false);
    return std::vector<Value>{sum * shareOf(b, *axes, withPadding, in[0].dtype())};
}

/// (sum of |x|^p)^(1/p)
Value norm(GraphBuilder& b, const Node& node, const Value& x, const std::vector<int64_t>& axes,
           bool keepsDims)
{
    const int64_t p = node.attributes.integer("p", 2);
    if (p == 1 || p == 2)
        return reduced(p == 1 ? "ReduceL1" : "ReduceL2", x, axes, keepsDims);
    const Value powers = b.add("Pow", {b.add("Abs", {x}), b.scalar(static_cast<double>(p), x)});
    return b.add("Pow", {reduced("ReduceSum", powers, axes, keepsDims),
                         b.scalar(1.0 / static_cast<double>(p), x)});
}

Expansion expandLpPool(GraphBuilder& b, const Node& node, In in)
{
    const auto axes = windowsOf(node.attributes, in[0].shape());
    if (!axes)
        return axes.error();
    return std::vector<Value>{
        norm(b, node, windowed(b, in[0], *axes, 0), elementAxes(*axes), false)};
}

Types checkedPower(const OpCall& call, Types types)
{
    if (const int64_t p = call.attributes.integer("p", 2); p < 1)
        return Error{"attribute", fmt::format("p is {}, wanted at least 1", p)};
    return types;
}

Types lpPoolShape(const OpCall& call)
{
    return checkedPower(call, poolShape(call));
}

Types globalLpPoolShape(const OpCall& call)
{
    return checkedPower(call, globalPoolShape(call));
}

Expansion expandGlobalLpPool(GraphBuilder& b, const Node& node, In in)
{
    return std::vector<Value>{norm(b, node, in[0], axesFrom(2, in[0].shape().rank()), true)};
}

}

void registerPoolingOps(OpRegistry& ops)
{
    const auto pool = [&](std::string name, const std::string& what, DTypeSet accepts,
                          ShapeRule shape, ExpandRule expand) {
        ops.add(functionOp(std::move(name), 22, what, {{"X", accepts}}, {{"Y", accepts}}, shape,
                           expand));
    };
    pool("AveragePool", "Mean of each window; padding counts by count_include_pad.", floating,
         poolShape, expandAveragePool);
    pool("LpPool", "(sum of |x|^p)^(1/p) of each window.", floating, lpPoolShape, expandLpPool);
    pool("GlobalLpPool", "(sum of |x|^p)^(1/p) over all axes behind batch and channels.", floating,
         globalLpPoolShape, expandGlobalLpPool);
}

}
