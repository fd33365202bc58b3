// engine/ops/max_pooling_ops.cpp - MaxPool, where its maxima stand, and MaxUnpool, which puts them
// back, as functions of other ops.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/windows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

namespace backstep {

namespace {

using In = std::span<const Value>;
using Axes = std::vector<WindowAxis>;

Types maxPoolShape(const OpCall& call)
{
    Types types = poolShape(call);
    if (types && call.outputCount > 1)
        types->push_back({DType::Int64, types->front().shape});
    return types;
}

/// The position of element k of window o; for one in the padding, the first of the window that is
/// not. A maximum lies in the padding only where nothing is greater.
int64_t placeAlong(const WindowAxis& axis, int64_t o, int64_t k)
{
    const auto isInside = [&](int64_t at) { return at >= 0 && at < axis.size; };
    for (int64_t element = k; element < axis.kernel; ++element)
        if (isInside(axis.positionOf(o, element)))
            return axis.positionOf(o, element);
    for (int64_t element = 0; element < k; ++element)
        if (isInside(axis.positionOf(o, element)))
            return axis.positionOf(o, element);
    return 0;
}

/// The number of each window's elements within their channel, counted in row-major or column-major
/// order: [elements of a window, windows]
std::vector<int64_t> placesOf(const Axes& axes, bool isColumnMajor)
{
    std::vector<int64_t> places{0};
    int64_t elements = 1, windows = 1;
    for (size_t i = 0; i < axes.size(); ++i) {
        int64_t stride = 1;
        for (size_t other = 0; other < axes.size(); ++other)
            if (isColumnMajor ? other < i : other > i)
                stride *= axes[other].size;
        std::vector<int64_t> next;
        for (int64_t element = 0; element < elements; ++element)
            for (int64_t k = 0; k < axes[i].kernel; ++k)
                for (int64_t window = 0; window < windows; ++window)
                    for (int64_t o = 0; o < axes[i].count; ++o)
                        next.push_back(places[static_cast<size_t>(element * windows + window)] +
                                       stride * placeAlong(axes[i], o, k));
        places = std::move(next);
        elements *= axes[i].kernel;
        windows *= axes[i].count;
    }
    return places;
}

/// Where the largest element of each window stands in x, counted through all of x.
Value indicesOf(GraphBuilder& b, const Node& node, const Value& x, const Value& parts,
                const Axes& axes)
{
    const Shape& shape = x.shape();
    const Shape windows = windowedShape(shape[0], shape[1], axes);
    const int64_t perChannel = shape.count() == 0 ? 0 : shape.count() / shape[0] / shape[1];
    Shape one = windows, flat = windows; // [1, 1, windows...]; elements as one axis
    one[0] = one[1] = 1;
    const int64_t count = one.count();
    int64_t kernel = 1;
    for (const WindowAxis& axis : axes)
        kernel *= axis.kernel;
    flat.insert(2, kernel);
    const Value best = b.add("ArgMax", {reshape(elementsFirst(parts, axes), flat)},
                             {{"axis", int64_t{2}}, {"keepdims", int64_t{0}}});
    const Value window = reshape(countUp(b, count), one);
    const bool isColumnMajor = node.attributes.integer("storage_order", 0) != 0;
    const Value place = b.add("Gather", {b.ints(placesOf(axes, isColumnMajor)),
                                         best * static_cast<double>(count) + window});
    const Value channel =
        reshape(countUp(b, shape[0] * shape[1]),
                windowedShape(shape[0], shape[1], Axes(axes.size(), {.count = 1})));
    return place + channel * static_cast<double>(perChannel);
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
    const Value parts = windowed(b, in[0], *axes, lowest);
    std::vector<Value> outputs{reduced("ReduceMax", parts, elementAxes(*axes), false)};
    if (node.outputs.size() > 1)
        outputs.push_back(indicesOf(b, node, in[0], parts, *axes));
    return outputs;
}

/// The shape that a MaxPool with these attributes makes X of, by ONNX's formula without a given
/// one.
Result<Shape> unpooledShape(const Attributes& attributes, const Shape& x)
{
    const auto axes = windowsOf(attributes, x); // for its checked lists
    if (!axes)
        return axes.error();
    Shape shape{x[0], x[1]};
    for (const WindowAxis& axis : *axes) {
        int64_t size = 0;
        if (__builtin_mul_overflow(axis.size - 1, axis.stride, &size))
            return Error{"shape", fmt::format("{} windows, {} apart", axis.size, axis.stride)};
        shape.append(size + axis.kernel - axis.before - axis.behind);
        if (shape.back() < 0)
            return Error{"shape", fmt::format("pads {} and {} leave nothing of axis {}",
                                              axis.before, axis.behind, shape.rank() - 1)};
    }
    return shape;
}

Types unpoolShape(const OpCall& call)
{
    Result<Shape> shape = unpooledShape(call.attributes, call.shape(0));
    if (!shape)
        return shape.takeError();
    if (!(call.shape(1) == call.shape(0)))
        return Error{"shape", fmt::format("I is {} and X is {}; they must agree",
                                          call.shape(1).text(), call.shape(0).text())};
    if (!call.has(2))
        return std::vector<TensorType>{{call.inputs[0].dtype, *shape}};
    if (!call.constant(2))
        return neededConstant(2, "output_shape");
    const std::vector<int64_t> wanted = call.constant(2)->integers();
    bool fits = wanted.size() == static_cast<size_t>(shape->rank());
    for (int i = 0; fits && i < shape->rank(); ++i)
        fits = i < 2 ? wanted[static_cast<size_t>(i)] == (*shape)[i]
                     : wanted[static_cast<size_t>(i)] >= (*shape)[i];
    if (!fits)
        return Error{"shape", fmt::format("output_shape is [{}], wanted at least {}",
                                          fmt::join(wanted, ", "), shape->text())};
    return std::vector<TensorType>{{call.inputs[0].dtype, Shape(wanted)}};
}

// Indices count through the shape of the formula; a larger one has zeros behind.
Expansion expandUnpool(GraphBuilder& b, const Node& node, In in)
{
    Result<Shape> shape = unpooledShape(node.attributes, in[0].shape());
    if (!shape)
        return shape.takeError();
    const Shape flat{in[0].shape().count()};
    const Value zeros = filled(b, 0, in[0].dtype(), {shape->count()});
    Value y = reshape(b.add("ScatterElements", {zeros, reshape(in[1], flat), reshape(in[0], flat)}),
                      *shape);
    if (inputOr(in, 2).isPresent()) {
        Result<std::vector<int64_t>> wanted = knownIntegers(b, in[2], 2, "output_shape");
        if (!wanted)
            return wanted.takeError();
        std::vector<int64_t> pads(2 * wanted->size());
        for (size_t i = 0; i < wanted->size(); ++i)
            pads[wanted->size() + i] = (*wanted)[i] - (*shape)[static_cast<int>(i)];
        y = b.add("Pad", {y, b.ints(pads)});
    }
    return std::vector<Value>{y};
}

}

void registerMaxPoolingOps(OpRegistry& ops)
{
    ops.add(functionOp("MaxPool", 22, "Largest element of each window.",
                       {{"X", floating | DTypeSet{DType::Int8, DType::UInt8}}},
                       {{"Y", floating | DTypeSet{DType::Int8, DType::UInt8}},
                        {"Indices", {DType::Int64}, Port::Arity::Optional}},
                       maxPoolShape, expandMaxPool));
    ops.add(functionOp("MaxUnpool", 22,
                       "Zeros, with the elements of X where a MaxPool says that it found them.",
                       {{"X", floating},
                        {"I", {DType::Int64}},
                        {"output_shape", {DType::Int64}, Port::Arity::Optional}},
                       {{"output", floating}}, unpoolShape, expandUnpool));
}

}
