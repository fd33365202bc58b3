#include "engine/checks/decay.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace backstep {

namespace {

constexpr size_t kFewest = 8, kMost = 400;
constexpr double kSmallest = 1e-30;

double quantile(std::vector<double>& sorted, double share)
{
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<size_t>(place);
    const size_t above = std::min(below + 1, sorted.size() - 1);
    const double part = place - static_cast<double>(below);
    return sorted[below] * (1 - part) + sorted[above] * part;
}

double stepsFor(double slope)
{
    return slope == 0 ? std::numeric_limits<double>::infinity() : -1 / slope;
}

}

std::optional<Decay> fitDecay(std::span<const double> norms)
{
    struct Point {
        double back, octave;
    };
    std::vector<Point> points;
    const size_t stride = std::max<size_t>(1, norms.size() / kMost);
    for (size_t back = 1; back < norms.size(); back += stride)
        if (std::isfinite(norms[back]) && norms[back] >= kSmallest)
            points.push_back({static_cast<double>(back), std::log2(norms[back])});
    if (points.size() < kFewest)
        return std::nullopt;
    std::vector<double> slopes, residuals;
    for (size_t i = 0; i < points.size(); ++i)
        for (size_t j = i + 1; j < points.size(); ++j)
            slopes.push_back((points[j].octave - points[i].octave) /
                             (points[j].back - points[i].back));
    std::sort(slopes.begin(), slopes.end());
    const double slope = quantile(slopes, 0.5);
    for (const Point& point : points)
        residuals.push_back(point.octave - slope * point.back);
    std::sort(residuals.begin(), residuals.end());
    Decay decay;
    decay.halfLife = stepsFor(slope);
    decay.low = stepsFor(quantile(slopes, 0.25));
    decay.high = stepsFor(quantile(slopes, 0.75));
    decay.octaves = slope * (points.back().back - points.front().back);
    decay.isGeometric = quantile(residuals, 0.75) - quantile(residuals, 0.25) <= 1;
    return decay;
}

}
