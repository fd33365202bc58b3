// What a gradient does, whatever the derivative is: live, linear, and its own transpose.

#include "engine/checks/gradcheck.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace backstep {

GradientBehaviour behaviourOf(Probe& probe, uint32_t seed)
{
    constexpr double kNearness = 1e-9;
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    const auto draw = [&] {
        std::vector<double> cotangent(probe.outputs().size());
        for (double& each : cotangent)
            each = normal(random);
        return cotangent;
    };
    GradientBehaviour behaviour;
    for (int round = 0; round < 3; ++round) {
        const std::vector<double> a = draw(), b = draw();
        std::vector<double> both(a.size());
        for (size_t i = 0; i < a.size(); ++i)
            both[i] = 2 * a[i] - 3 * b[i];
        const std::vector<double> da = probe.pullback(a), db = probe.pullback(b),
                                  dBoth = probe.pullback(both);
        double size = 0, off = 0;
        int64_t alive = 0;
        for (size_t i = 0; i < da.size(); ++i) {
            size = std::max({size, std::abs(da[i]), std::abs(db[i])});
            off = std::max(off, std::abs(dBoth[i] - (2 * da[i] - 3 * db[i])));
            alive += da[i] != 0;
        }
        behaviour.isLinear = behaviour.isLinear && !(off > kNearness * size);
        if (!da.empty())
            behaviour.live += static_cast<double>(alive) / static_cast<double>(da.size()) / 3;
    }
    const std::vector<double> nothing = probe.pullback(std::vector<double>(probe.outputs().size()));
    behaviour.isZeroAtZero =
        std::all_of(nothing.begin(), nothing.end(), [](double each) { return each == 0; });
    return behaviour;
}

Result<double> transposeError(const CheckedFunction& function, uint32_t seed)
{
    Result<CheckedFunction> gradient = gradientFunction(function, seed);
    if (!gradient)
        return gradient.takeError();
    if (gradient->graph.outputs.empty())
        return 0.0;
    std::map<ValueId, Tensor> point = gradient->point;
    const Result<std::unique_ptr<Probe>> probe = Probe::make(std::move(*gradient));
    if (!probe)
        return probe.error();
    if ((*probe)->outputs().empty())
        return 0.0;
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::vector<double> v;
    for (size_t i = 0; i < (*probe)->outputs().size(); ++i)
        v.push_back(normal(random));
    const std::vector<double> transposed = (*probe)->sample(size_t{0}, 0).values;
    const std::vector<double> product = (*probe)->pullback(v);
    double left = 0, right = 0, size = 0;
    for (size_t i = 0; i < v.size(); ++i) {
        right += transposed[i] * v[i];
        size += std::abs(transposed[i] * v[i]);
    }
    for (size_t i = 0; i < product.size(); ++i) {
        const Element& element = (*probe)->inputs()[i];
        if (function.point.contains(element.value))
            continue; // not a cotangent
        const double term = point.at(element.value).number(element.index) * product[i];
        left += term;
        size += std::abs(term);
    }
    return size == 0 ? 0.0 : std::abs(left - right) / size;
}

}
