// engine/ops/window_ops.cpp - convolution and pooling, as functions of other ops: windows are
// gathered along each axis, then multiplied or reduced.

#include "engine/ops/families.h"
#include "engine/ops/reduction.h"
#include "engine/ops/windows.h"

#include <fmt/format.h>

#include <limits>

namespace backstep {

namespace {

using In = std::span<const Value>;
using Axes = std::vector<WindowAxis>;

/// x padded with `padding`, then [N, C, windows, elements of a window, windows, ...].
Value windowed(GraphBuilder& b, const Value& x, const Axes& axes, double padding)
{
    std::vector<int64_t> pads(2 * static_cast<size_t>(x.shape().rank()));
    bool isPadded = false;
    for (size_t i = 0; i < axes.size(); ++i) {
        pads[i + 2] = axes[i].before;
        pads[pads.size() / 2 + i + 2] = axes[i].reach();
        isPadded = isPadded || axes[i].before > 0 || axes[i].reach() > 0;
    }
    Value y = isPadded ? b.add("Pad", {x, b.ints(pads), b.scalar(padding, x)}) : x;
    int64_t at = 2;
    for (const WindowAxis& axis : axes) {
        std::vector<int64_t> positions;
        for (int64_t o = 0; o < axis.count; ++o)
            for (int64_t k = 0; k < axis.kernel; ++k)
                positions.push_back(axis.positionOf(o, k) + axis.before);
        y = b.add("Gather",
                  {y, b.constant(Tensor::of<int64_t>({axis.count, axis.kernel}, positions))},
                  {{"axis", at}});
        at += 2;
    }
    return y;
}

/// The axes of `windowed` that hold a window's elements.
std::vector<int64_t> elementAxes(const Axes& axes)
{
    std::vector<int64_t> all;
    for (size_t i = 0; i < axes.size(); ++i)
        all.push_back(static_cast<int64_t>(3 + 2 * i));
    return all;
}

// --- Conv

std::vector<int64_t> kernelOf(const Shape& w)
{
    return {w.begin() + std::min(w.rank(), 2), w.end()};
}

Types convShape(const OpCall& call)
{
    const Shape &x = call.shape(0), &w = call.shape(1);
    const int64_t groups = call.attributes.integer("group", 1);
    const auto axes = windowsOf(call.attributes, x, kernelOf(w));
    if (!axes)
        return axes.error();
    bool fits = w.rank() == x.rank() && groups > 0 && w[0] % groups == 0 && x[1] % groups == 0 &&
                w[1] == x[1] / groups;
    for (size_t i = 0; fits && i < axes->size(); ++i)
        fits = w[static_cast<int>(i) + 2] == (*axes)[i].kernel;
    if (!fits)
        return Error{"shape", fmt::format("W is {}, which does not fit X {} in {} groups", w.text(),
                                          x.text(), groups)};
    if (call.has(2) && !(call.shape(2) == Shape{w[0]}))
        return Error{"shape", fmt::format("B is {}, wanted [{}]", call.shape(2).text(), w[0])};
    return std::vector<TensorType>{{call.inputs[0].dtype, windowedShape(x[0], w[0], *axes)}};
}

// Legend: N batch, C channels, g groups, M filters, K elements of a window, O windows.
Expansion expandConv(GraphBuilder& b, const Node& node, In in)
{
    const Value &x = in[0], &w = in[1];
    const auto axes = windowsOf(node.attributes, x.shape(), kernelOf(w.shape()));
    if (!axes)
        return axes.error();
    const int64_t N = x.shape()[0], C = x.shape()[1], M = w.shape()[0];
    const int64_t g = node.attributes.integer("group", 1);
    int64_t K = 1, O = 1;
    std::vector<int64_t> order{0, 1}; // [N, C, elements..., windows...]
    for (const int64_t axis : elementAxes(*axes))
        order.push_back(axis);
    for (size_t i = 0; i < axes->size(); ++i) {
        order.push_back(static_cast<int64_t>(2 + 2 * i));
        K *= (*axes)[i].kernel;
        O *= (*axes)[i].count;
    }
    const Value parts = reshape(transpose(windowed(b, x, *axes, 0), order), {N, g, C / g * K, O});
    const Value filters = reshape(w, {g, M / g, C / g * K});
    const Shape all = windowedShape(N, M, *axes);
    Value y = reshape(b.add("MatMul", {filters, parts}), all);
    if (const Value bias = inputOr(in, 2); bias.isPresent()) {
        Shape column = Shape::filled(all.rank() - 1, 1);
        column[0] = M;
        y = y + reshape(bias, column);
    }
    return std::vector<Value>{y};
}

// --- pooling

Types poolShape(const OpCall& call)
{
    const auto axes = windowsOf(call.attributes, call.shape(0));
    if (!axes)
        return axes.error();
    if (call.outputCount > 1)
        return Error{"unsupported", "the output Indices is not computed",
                     "Use the output Y alone."};
    return std::vector<TensorType>{
        {call.inputs[0].dtype, windowedShape(call.shape(0)[0], call.shape(0)[1], *axes)}};
}

Expansion expandMaxPool(GraphBuilder& b, const Node& node, In in)
{
    const auto axes = windowsOf(node.attributes, in[0].shape());
    if (!axes)
        return axes.error();
    const DType dtype = in[0].dtype();
    const double lowest = isFloating(dtype)      ? -std::numeric_limits<double>::infinity()
                          : dtype == DType::Int8 ? std::numeric_limits<int8_t>::lowest()
                                                 : 0;
    return std::vector<Value>{
        reduced("ReduceMax", windowed(b, in[0], *axes, lowest), elementAxes(*axes), false)};
}

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

void registerWindowOps(OpRegistry& ops)
{
    ops.add(functionOp("Conv", 22, "Filters W over windows of X, plus B.",
                       {{"X", floating, Port::Arity::One, "T"},
                        {"W", floating, Port::Arity::One, "T"},
                        {"B", floating, Port::Arity::Optional, "T"}},
                       {{"Y", floating}}, convShape, expandConv));
    const auto pool = [&](std::string name, const std::string& what, DTypeSet accepts,
                          ShapeRule shape, ExpandRule expand) {
        ops.add(functionOp(std::move(name), 22, what, {{"X", accepts}}, {{"Y", accepts}}, shape,
                           expand));
    };
    ops.add(functionOp("MaxPool", 22, "Largest element of each window.",
                       {{"X", floating | DTypeSet{DType::Int8, DType::UInt8}}},
                       {{"Y", floating | DTypeSet{DType::Int8, DType::UInt8}},
                        {"Indices", {DType::Int64}, Port::Arity::Optional}},
                       poolShape, expandMaxPool));
    pool("AveragePool", "Mean of each window; padding counts by count_include_pad.", floating,
         poolShape, expandAveragePool);
    pool("LpPool", "(sum of |x|^p)^(1/p) of each window.", floating, lpPoolShape, expandLpPool);
    pool("GlobalLpPool", "(sum of |x|^p)^(1/p) over all axes behind batch and channels.", floating,
         globalLpPoolShape, expandGlobalLpPool);
}

}
