#include "engine/passes/time_layout.h"

#include <algorithm>

namespace backstep {

TimeLayout stackedLayout(const Shape& inner, int64_t steps)
{
    TimeLayout layout{{{AxisFactor::kTime, steps}}};
    for (int axis = 0; axis < inner.rank(); ++axis)
        layout.push_back({{axis, inner[axis]}});
    return layout;
}

bool holdsTime(const std::vector<AxisFactor>& axis)
{
    return std::any_of(axis.begin(), axis.end(),
                       [](const AxisFactor& f) { return f.axis == AxisFactor::kTime; });
}

bool isTimeOnly(const std::vector<AxisFactor>& axis)
{
    return axis.size() == 1 && axis[0].axis == AxisFactor::kTime;
}

int64_t sizeWithoutTime(const std::vector<AxisFactor>& axis)
{
    int64_t size = 1;
    for (const AxisFactor& factor : axis)
        if (factor.axis != AxisFactor::kTime)
            size *= factor.size;
    return size;
}

namespace {

/// Groups the factors anew so that their products are `shape`.
std::optional<TimeLayout> regrouped(const TimeLayout& layout, const Shape& shape)
{
    std::vector<AxisFactor> factors;
    for (const auto& axis : layout)
        for (const AxisFactor& factor : axis)
            if (factor.size != 1 || factor.axis == AxisFactor::kTime)
                factors.push_back(factor);
    TimeLayout result;
    size_t next = 0;
    for (int64_t size : shape) {
        std::vector<AxisFactor> axis;
        int64_t product = 1;
        while (product < size && next < factors.size()) {
            axis.push_back(factors[next]);
            product *= factors[next++].size;
        }
        if (product != size)
            return std::nullopt;
        result.push_back(std::move(axis));
    }
    return next == factors.size() ? std::optional(result) : std::nullopt;
}

}

std::optional<TimeLayout> movedLayout(const Node& node, const TimeLayout& layout,
                                      const Shape& result)
{
    if (node.op.is("Identity"))
        return layout;
    if (node.op.is("Transpose")) {
        std::vector<int64_t> permutation = node.attributes.integers("perm");
        if (permutation.empty())
            for (size_t i = layout.size(); i > 0; --i)
                permutation.push_back(static_cast<int64_t>(i - 1));
        TimeLayout moved;
        for (int64_t axis : permutation)
            moved.push_back(layout[static_cast<size_t>(axis)]);
        return moved;
    }
    return regrouped(layout, result);
}

Shape bodyShape(const TimeLayout& layout)
{
    Shape shape;
    for (const auto& axis : layout)
        if (!isTimeOnly(axis))
            shape.append(sizeWithoutTime(axis));
    return shape;
}

std::optional<TimeLayout> renumbered(const TimeLayout& layout)
{
    TimeLayout result;
    int next = 0;
    for (const auto& axis : layout) {
        if (isTimeOnly(axis)) {
            result.push_back(axis);
            continue;
        }
        const AxisFactor whole{next++, sizeWithoutTime(axis)};
        if (!holdsTime(axis)) {
            result.push_back({whole});
            continue;
        }
        const bool isFirst = axis.front().axis == AxisFactor::kTime;
        const bool isLast = axis.back().axis == AxisFactor::kTime;
        if (!isFirst && !isLast)
            return std::nullopt;
        const AxisFactor time = isFirst ? axis.front() : axis.back();
        result.push_back(isFirst ? std::vector{time, whole} : std::vector{whole, time});
    }
    return result;
}

std::vector<int64_t> factorOrder(const TimeLayout& layout, int rank, bool withTime)
{
    std::vector<int64_t> order;
    std::vector<bool> isUsed(static_cast<size_t>(rank), false);
    for (const auto& axis : layout)
        for (const AxisFactor& factor : axis) {
            const int64_t index = withTime ? factor.axis + 1 : factor.axis;
            if (index < 0)
                continue;
            order.push_back(index);
            isUsed[static_cast<size_t>(index)] = true;
        }
    for (int64_t index = 0; index < rank; ++index)
        if (!isUsed[static_cast<size_t>(index)])
            order.push_back(index); // axes of size 1 that the layout dropped
    return order;
}

}
