#pragma once

#include "engine/graph/graph.h"

#include <optional>
#include <span>
#include <vector>

namespace backstep {

/// A part of an axis: one axis of the body's value, or time.
struct AxisFactor {
    static constexpr int kTime = -1;
    int axis = kTime;
    int64_t size = 1;
    bool operator==(const AxisFactor&) const = default;
};
/// What the axes of a value outside the body are made of, outermost factor first; an empty list is
/// an axis of size 1.
using TimeLayout = std::vector<std::vector<AxisFactor>>;

/// A value outside a body that is a body's value seen over all timesteps.
struct TimedValue {
    RegionId region = kTopRegion;
    ValueId inner = kNoValue;
    TimeLayout layout;
};

/// A stacked result: time in front, then the axes of the body's value.
TimeLayout stackedLayout(const Shape& inner, int64_t steps);
bool holdsTime(const std::vector<AxisFactor>& axis);
bool isTimeOnly(const std::vector<AxisFactor>& axis);
/// The axis's size without time.
int64_t sizeWithoutTime(const std::vector<AxisFactor>& axis);

/// Layouts behind a Movement op; nothing where the op takes an axis of the body apart.
std::optional<TimeLayout> movedLayout(const Node& node, const TimeLayout& layout,
                                      const Shape& result);

/// The shape of the body's value in this layout: axes without time, an axis that is only time gone.
Shape bodyShape(const TimeLayout& layout);
/// The layout of an op's result whose body value has `bodyShape(layout)`: each axis one body axis
/// beside time. Nothing when time stands between two factors of an axis.
std::optional<TimeLayout> renumbered(const TimeLayout& layout);
/// Body axes (or time = axis 0 of the stacked value) in the order of the layout, and what is left.
std::vector<int64_t> factorOrder(const TimeLayout& layout, int rank, bool withTime);

}
