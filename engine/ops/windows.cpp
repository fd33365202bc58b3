#include "engine/ops/windows.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// Above it a size can only be a mistake; below it no sum of sizes overflows.
constexpr int64_t kMost = int64_t{1} << 40;

Result<std::vector<int64_t>> listOf(const Attributes& attributes, const std::string& name,
                                    size_t count, int64_t otherwise, int64_t least)
{
    std::vector<int64_t> list = attributes.integers(name);
    if (list.empty())
        list.assign(count, otherwise);
    if (list.size() != count)
        return Error{"attribute",
                     fmt::format("{} has {} numbers, wanted {}", name, list.size(), count)};
    for (int64_t value : list)
        if (value < least || value > kMost)
            return Error{"attribute",
                         fmt::format("{} holds {}, wanted at least {}", name, value, least)};
    return list;
}

/// As many windows as fit, or with `ceils` also one that hangs over; it must start before the
/// padding behind.
int64_t countOf(const WindowAxis& axis, bool ceils)
{
    const int64_t extent = (axis.kernel - 1) * axis.dilation + 1;
    const int64_t room = axis.size + axis.before + axis.behind - extent;
    if (room < 0)
        return 0;
    int64_t count = room / axis.stride + 1;
    if (ceils && room % axis.stride != 0 && count * axis.stride < axis.size + axis.before)
        ++count;
    return count;
}

/// auto_pad: as many windows as strides begin in the operand.
Result<void> padAlike(WindowAxis& axis, const std::string& how)
{
    if (how == "NOTSET")
        return {};
    axis.before = axis.behind = 0;
    if (how == "VALID")
        return {};
    if (how != "SAME_UPPER" && how != "SAME_LOWER")
        return Error{"attribute",
                     "auto_pad is " + how + ", wanted NOTSET, VALID, SAME_UPPER or SAME_LOWER"};
    const int64_t wanted = (axis.size + axis.stride - 1) / axis.stride;
    const int64_t extent = (axis.kernel - 1) * axis.dilation + 1;
    const int64_t all = std::max<int64_t>(0, (wanted - 1) * axis.stride + extent - axis.size);
    axis.before = how == "SAME_UPPER" ? all / 2 : all - all / 2;
    axis.behind = all - axis.before;
    return {};
}

}

Result<std::vector<WindowAxis>> windowsOf(const Attributes& attributes, const Shape& x,
                                          const std::vector<int64_t>& kernel)
{
    // Windows are axes of their own on the way: [batch, channels, and two for each axis].
    constexpr int mostAxes = (kMaxRank - 2) / 2;
    if (x.rank() < 3 || x.rank() - 2 > mostAxes)
        return Error{"shape", fmt::format("X is {}; wanted: batch, channels, then one to {} axes",
                                          x.text(), mostAxes)};
    const auto count = static_cast<size_t>(x.rank() - 2);
    Attributes given = attributes;
    if (attributes.integers("kernel_shape").empty())
        given.set("kernel_shape", kernel);
    const auto kernels = listOf(given, "kernel_shape", count, 0, 1);
    if (!kernels)
        return kernels.error();
    const auto strides = listOf(given, "strides", count, 1, 1);
    if (!strides)
        return strides.error();
    const auto dilations = listOf(given, "dilations", count, 1, 1);
    if (!dilations)
        return dilations.error();
    const auto pads = listOf(given, "pads", 2 * count, 0, 0);
    if (!pads)
        return pads.error();
    const bool ceils = attributes.integer("ceil_mode", 0) != 0;
    std::vector<WindowAxis> axes;
    for (size_t i = 0; i < count; ++i) {
        WindowAxis axis{
            x[static_cast<int>(i) + 2], (*kernels)[i], (*strides)[i], (*dilations)[i], (*pads)[i],
            (*pads)[count + i]};
        int64_t extent = 0;
        if (__builtin_mul_overflow(axis.kernel, axis.dilation, &extent) || extent > kMost)
            return Error{"attribute", fmt::format("a window of {} elements, {} apart", axis.kernel,
                                                  axis.dilation)};
        if (Result<void> padded = padAlike(axis, attributes.text("auto_pad", "NOTSET")); !padded)
            return padded.takeError();
        axis.count = countOf(axis, ceils);
        // The windows' positions are a constant of the graph.
        if (axis.count > kMost / axis.kernel / 4096)
            return Error{"unsupported",
                         fmt::format("{} windows of {} elements", axis.count, axis.kernel)};
        axes.push_back(axis);
    }
    return axes;
}

Shape windowedShape(int64_t batch, int64_t channels, const std::vector<WindowAxis>& axes)
{
    Shape shape{batch, channels};
    for (const WindowAxis& axis : axes)
        shape.append(axis.count);
    return shape;
}

Result<std::vector<TensorType>> poolShape(const OpCall& call)
{
    const auto axes = windowsOf(call.attributes, call.shape(0));
    if (!axes)
        return axes.error();
    return std::vector<TensorType>{
        {call.inputs[0].dtype, windowedShape(call.shape(0)[0], call.shape(0)[1], *axes)}};
}

Value windowed(GraphBuilder& b, const Value& x, const std::vector<WindowAxis>& axes, double padding)
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

std::vector<int64_t> elementAxes(const std::vector<WindowAxis>& axes)
{
    std::vector<int64_t> all;
    for (size_t i = 0; i < axes.size(); ++i)
        all.push_back(static_cast<int64_t>(3 + 2 * i));
    return all;
}

Value elementsFirst(const Value& windowed, const std::vector<WindowAxis>& axes)
{
    std::vector<int64_t> order{0, 1};
    for (const int64_t axis : elementAxes(axes))
        order.push_back(axis);
    for (const int64_t axis : elementAxes(axes))
        order.push_back(axis - 1);
    return transpose(windowed, order);
}

}
