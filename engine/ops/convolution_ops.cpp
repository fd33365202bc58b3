// engine/ops/convolution_ops.cpp - Conv as a function of other ops: windows are gathered along each
// axis, then multiplied.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/windows.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using In = std::span<const Value>;

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
    for (const WindowAxis& axis : *axes) {
        K *= axis.kernel;
        O *= axis.count;
    }
    const Value parts =
        reshape(elementsFirst(windowed(b, x, *axes, 0), *axes), {N, g, C / g * K, O});
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

}

void registerConvolutionOps(OpRegistry& ops)
{
    ops.add(functionOp("Conv", 22, "Filters W over windows of X, plus B.",
                       {{"X", floating, Port::Arity::One, "T"},
                        {"W", floating, Port::Arity::One, "T"},
                        {"B", floating, Port::Arity::Optional, "T"}},
                       {{"Y", floating}}, convShape, expandConv));
}

}
