// engine/ops/padding_ops.cpp - Pad, as a function of Concat, Slice and Gather, and CenterCropPad.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using In = std::span<const Value>;

struct Padding {
    std::vector<int64_t> before, after; ///< by axis; negative ones crop
};

Result<Padding> paddingOf(const Shape& shape, const std::vector<int64_t>& pads,
                          std::vector<int64_t> axes)
{
    if (axes.empty())
        axes = axesFrom(0, shape.rank());
    if (pads.size() != 2 * axes.size())
        return Error{"shape", fmt::format("pads holds {} numbers, wanted {}: one before and one "
                                          "after each axis",
                                          pads.size(), 2 * axes.size())};
    const auto rank = static_cast<size_t>(shape.rank());
    Padding padding{std::vector<int64_t>(rank), std::vector<int64_t>(rank)};
    for (size_t i = 0; i < axes.size(); ++i) {
        Result<int> axis = normalizedAxis(axes[i], shape.rank());
        if (!axis)
            return axis.takeError();
        const auto own = static_cast<size_t>(*axis);
        padding.before[own] = pads[i];
        padding.after[own] = pads[i + axes.size()];
        const int64_t size = shape[*axis] + pads[i] + pads[i + axes.size()];
        if (size < 0 || size > (int64_t{1} << 40))
            return Error{"shape", fmt::format("axis {} of {} would have {} elements", *axis,
                                              shape.text(), size)};
    }
    return padding;
}

Types padShape(const OpCall& call)
{
    const Tensor *pads = call.constant(1), *axes = call.constant(3);
    if (!pads)
        return neededConstant(1, "pads");
    if (call.has(3) && !axes)
        return neededConstant(3, "axes");
    Result<Padding> padding = paddingOf(call.shape(0), pads->integers(),
                                        axes ? axes->integers() : std::vector<int64_t>{});
    if (!padding)
        return padding.takeError();
    const std::string mode = call.attributes.text("mode", "constant");
    if (mode != "constant" && mode != "reflect" && mode != "edge" && mode != "wrap")
        return Error{"attribute", fmt::format("attribute 'mode' is '{}', wanted constant, reflect, "
                                              "edge or wrap",
                                              mode)};
    Shape shape = call.shape(0);
    for (int i = 0; i < shape.rank(); ++i) {
        if (mode != "constant" && shape[i] == 0 && padding->before[static_cast<size_t>(i)] > 0)
            return Error{"shape", fmt::format("axis {} has no element to repeat", i)};
        shape[i] +=
            padding->before[static_cast<size_t>(i)] + padding->after[static_cast<size_t>(i)];
    }
    return std::vector<TensorType>{{call.inputs[0].dtype, shape}};
}

/// Which element of an axis of `size` stands at `at`, which may lie outside.
int64_t mirrored(int64_t at, int64_t size, const std::string& mode)
{
    if (mode == "edge" || size == 1)
        return std::clamp<int64_t>(at, 0, size - 1);
    const int64_t period = mode == "wrap" ? size : 2 * (size - 1);
    const int64_t within = (at % period + period) % period;
    return within < size ? within : period - within;
}

Value paddedByIndex(GraphBuilder& b, const Value& x, int axis, int64_t before, int64_t after,
                    const std::string& mode)
{
    std::vector<int64_t> from;
    for (int64_t i = -before; i < x.shape()[axis] + after; ++i)
        from.push_back(mirrored(i, x.shape()[axis], mode));
    return b.add("Gather", {x, b.ints(from)}, {{"axis", int64_t{axis}}});
}

Value paddedByValue(GraphBuilder& b, const Value& x, int axis, int64_t before, int64_t after,
                    const Value& value)
{
    const int64_t size = x.shape()[axis];
    Value middle = x;
    if (before < 0 || after < 0)
        middle = sliceOf(x, axis, std::max<int64_t>(-before, 0),
                         std::max<int64_t>(size - std::max<int64_t>(-after, 0), 0));
    std::vector<Value> parts;
    const auto block = [&](int64_t width) {
        Shape shape = x.shape();
        shape[axis] = width;
        parts.push_back(expandedTo(value, shape));
    };
    if (before > 0)
        block(before);
    parts.push_back(middle);
    if (after > 0)
        block(after);
    return parts.size() == 1 ? middle : b.add("Concat", parts, {{"axis", int64_t{axis}}});
}

Expansion expandPad(GraphBuilder& b, const Node& node, In in)
{
    Result<std::vector<int64_t>> pads = knownIntegers(b, in[1], 1, "pads");
    if (!pads)
        return pads.takeError();
    std::vector<int64_t> axes;
    if (inputOr(in, 3).isPresent())
        axes = b.graph().value(in[3].id()).content.integers();
    Result<Padding> padding = paddingOf(in[0].shape(), *pads, axes);
    if (!padding)
        return padding.takeError();
    const std::string mode = node.attributes.text("mode", "constant");
    Value value = inputOr(in, 2);
    if (!value.isPresent() && mode == "constant")
        value = b.constant(Tensor(TensorType{in[0].dtype(), {}}));
    else if (value.isPresent())
        value = reshape(value, {});
    Value y = in[0];
    for (int axis = 0; axis < in[0].shape().rank(); ++axis) {
        const int64_t before = padding->before[static_cast<size_t>(axis)],
                      after = padding->after[static_cast<size_t>(axis)];
        if (before != 0 || after != 0)
            y = mode == "constant" ? paddedByValue(b, y, axis, before, after, value)
                                   : paddedByIndex(b, y, axis, before, after, mode);
    }
    return std::vector<Value>{y};
}

/// What CenterCropPad puts before and after each axis; a negative number crops.
Result<Padding> centredPadding(const Shape& shape, const std::vector<int64_t>& sizes,
                               std::vector<int64_t> axes)
{
    if (axes.empty())
        axes = axesFrom(0, shape.rank());
    if (sizes.size() != axes.size())
        return Error{"shape", fmt::format("shape holds {} sizes, wanted {}: one for each axis",
                                          sizes.size(), axes.size())};
    std::vector<int64_t> pads(2 * sizes.size());
    for (size_t i = 0; i < sizes.size(); ++i) {
        Result<int> axis = normalizedAxis(axes[i], shape.rank());
        if (!axis)
            return axis.takeError();
        if (sizes[i] < 0)
            return Error{"shape", fmt::format("shape holds {}", sizes[i])};
        const int64_t more = sizes[i] - shape[*axis];
        pads[i] = more / 2; // rounds towards 0: the odd one is cropped or put behind
        pads[i + sizes.size()] = more - more / 2;
    }
    return paddingOf(shape, pads, axes);
}

Types centreShape(const OpCall& call)
{
    if (!call.constant(1))
        return neededConstant(1, "shape");
    Result<Padding> padding = centredPadding(call.shape(0), call.constant(1)->integers(),
                                             call.attributes.integers("axes"));
    if (!padding)
        return padding.takeError();
    Shape shape = call.shape(0);
    for (int i = 0; i < shape.rank(); ++i)
        shape[i] +=
            padding->before[static_cast<size_t>(i)] + padding->after[static_cast<size_t>(i)];
    return std::vector<TensorType>{{call.inputs[0].dtype, shape}};
}

Expansion expandCentre(GraphBuilder& b, const Node& node, In in)
{
    Result<std::vector<int64_t>> sizes = knownIntegers(b, in[1], 1, "shape");
    if (!sizes)
        return sizes.takeError();
    Result<Padding> padding =
        centredPadding(in[0].shape(), *sizes, node.attributes.integers("axes"));
    if (!padding)
        return padding.takeError();
    std::vector<int64_t> pads = padding->before;
    pads.insert(pads.end(), padding->after.begin(), padding->after.end());
    return std::vector<Value>{b.add("Pad", {in[0], b.ints(pads)})};
}

}

void registerPaddingOps(OpRegistry& ops)
{
    constexpr DTypeSet indices{DType::Int64, DType::Int32};
    constexpr auto optional = Port::Arity::Optional;
    const std::vector<Port> any{{"output", anyDType}};
    ops.add(functionOp("Pad", 25,
                       "Elements put before and after axes: constant, reflect, edge, wrap.",
                       {{"data", anyDType},
                        {"pads", {DType::Int64}},
                        {"constant_value", anyDType, optional},
                        {"axes", indices, optional}},
                       any, padShape, expandPad));
    ops.add(functionOp("CenterCropPad", 18,
                       "Axes cropped or filled up with zeros on both sides to the sizes given.",
                       {{"input_data", anyDType}, {"shape", indices}}, any, centreShape,
                       expandCentre));
}

}
