#include "engine/checks/gradient_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace backstep {

namespace {

constexpr double kRounding = 16 * std::numeric_limits<double>::epsilon();

}

void GradientDistance::add(const Probe& probe, const OpAddress& place,
                           const std::vector<double>& given, const std::vector<double>& expected)
{
    for (size_t i = 0; i < given.size(); ++i) {
        const double off = std::abs(given[i] - expected[i]);
        if (!std::isfinite(off))
            continue;
        m_scale = std::max({m_scale, std::abs(given[i]), std::abs(expected[i])});
        if (off > m_largest.size || m_largest.element.empty())
            m_largest = {off,
                         given[i],
                         expected[i],
                         m_largest.isForOnes,
                         probe.input(i),
                         place,
                         elementText(probe.graph(), probe.inputs()[i])};
    }
}

bool GradientDistance::isNone() const
{
    return m_largest.size <= kEqualGradients * m_scale + kRounding;
}

void PointwiseSlopes::add(const Probe& probe, const OpAddress& place, const Pulled& pulled)
{
    const size_t count = probe.inputs().size();
    areOfOneNumber = areOfOneNumber && count > 0 && pulled.dy.size() == count &&
                     probe.inputs().front().value == probe.inputs().back().value;
    if (!areOfOneNumber)
        return;
    const ValueInfo& input = probe.graph().value(probe.inputs().front().value);
    m_parts.push_back({x.size(), place, input.name, input.type.shape});
    for (size_t i = 0; i < count; ++i) {
        x.push_back(probe.input(i));
        given.push_back(pulled.given[i]);
        expected.push_back(pulled.expected[i]);
        const double own = pulled.given[i] * pulled.dy[i];
        areOfOneNumber = areOfOneNumber && std::abs(pulled.givenDrawn[i] - own) <=
                                               kEqualGradients * std::abs(own) + kRounding;
    }
}

GradientDifference PointwiseSlopes::differenceAt(size_t index, double size) const
{
    const auto after = std::find_if(m_parts.begin(), m_parts.end(),
                                    [&](const Part& part) { return part.first > index; });
    const Part& part = *(after - 1);
    GradientDifference difference;
    difference.size = size;
    difference.given = difference.expected = given[index];
    difference.x = x[index];
    difference.at = part.at;
    difference.element =
        part.name + indexText(part.shape, static_cast<int64_t>(index - part.first));
    return difference;
}

}
