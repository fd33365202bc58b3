#include "engine/checks/ridders.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace backstep {

namespace {

// Legend: h the step, a[k] the extrapolations of one result from the steps so far, k times
// extrapolated.

constexpr double kShrink = 2;
constexpr int kLevels = 8;
constexpr double kEnough = 1e-11; ///< of the slope: no better estimate is looked for
constexpr double kSmallestStep = 1e-9;
constexpr double kKinkShrink = 8;

bool isFinite(const Sample& sample)
{
    return std::all_of(sample.values.begin(), sample.values.end(),
                       [](double value) { return std::isfinite(value); });
}

/// The extrapolation of one result as steps are added.
class Extrapolation
{
public:
    explicit Extrapolation(double power) : m_power(power) {}
    void add(double slope, double step)
    {
        if (m_isDone)
            return;
        std::vector<double> next{slope};
        double factor = 1;
        for (size_t k = 0; k < m_last.size(); ++k) {
            factor *= m_power;
            next.push_back((next[k] * factor - m_last[k]) / (factor - 1));
            const double error =
                std::max(std::abs(next[k + 1] - next[k]), std::abs(next[k + 1] - m_last[k]));
            if (error <= m_best.error)
                m_best = {next[k + 1], error, step};
        }
        // Higher orders that only get worse mean that rounding has taken over.
        const bool isWorse =
            !m_last.empty() && std::abs(next.back() - m_last.back()) >= 2 * m_best.error;
        m_isDone = m_best.error <= kEnough * std::abs(m_best.value) || (isWorse && next.size() > 2);
        m_last = std::move(next);
    }
    bool isDone() const { return m_isDone; }
    const Slope& best() const { return m_best; }

private:
    double m_power;
    std::vector<double> m_last;
    Slope m_best{0, std::numeric_limits<double>::infinity(), 0};
    bool m_isDone = false;
};

/// Slopes from (f(ends.first) - f(ends.second)) / their distance, the step halved each time;
/// nothing if a sample decides otherwise than `trace` or is not finite.
std::optional<std::vector<Slope>> extrapolated(const SampleAt& sampleAt, double firstStep,
                                               uint64_t trace, double front, double back)
{
    std::vector<Extrapolation> results;
    double step = firstStep;
    for (int level = 0; level < kLevels; ++level, step /= kShrink) {
        const Sample ahead = sampleAt(front * step), behind = sampleAt(back * step);
        const bool isSideways = front * back < 0;
        if (ahead.trace != trace || (isSideways && behind.trace != trace) || !isFinite(ahead) ||
            !isFinite(behind))
            return std::nullopt;
        if (results.empty())
            results.assign(ahead.values.size(),
                           Extrapolation(isSideways ? kShrink * kShrink : kShrink));
        bool areDone = true;
        for (size_t i = 0; i < results.size(); ++i) {
            results[i].add((ahead.values[i] - behind.values[i]) / ((front - back) * step), step);
            areDone = areDone && results[i].isDone();
        }
        if (areDone)
            break;
    }
    std::vector<Slope> slopes;
    for (const Extrapolation& result : results)
        slopes.push_back(result.best());
    return slopes;
}

/// One-sided slopes where the decisions differ at every step; a jump when the values do not meet.
Slopes atKink(const SampleAt& sampleAt, const Sample& here, double firstStep)
{
    Slopes result;
    const double step = std::min(firstStep, 1e-4);
    for (const double side : {1.0, -1.0}) {
        const Sample near = sampleAt(side * kSmallestStep), far = sampleAt(side * step);
        for (size_t i = 0; i < here.values.size(); ++i) {
            const double gap = std::abs(near.values[i] - here.values[i]);
            const double wide = std::abs(far.values[i] - here.values[i]);
            if (gap > 1e-6 * (1 + std::abs(here.values[i])) && gap > 0.1 * wide) {
                result.around = Around::Jump;
                return result;
            }
        }
        const uint64_t trace = far.trace;
        std::optional<std::vector<Slope>> slopes = extrapolated(sampleAt, step, trace, side, 0);
        if (!slopes) {
            result.around = Around::NotFinite;
            return result;
        }
        (side > 0 ? result.right : result.left) = std::move(*slopes);
    }
    result.around = Around::Kink;
    return result;
}

}

Slopes slopesAround(const SampleAt& sampleAt, double firstStep)
{
    Slopes result;
    const Sample here = sampleAt(0);
    if (!isFinite(here)) {
        result.around = Around::NotFinite;
        return result;
    }
    bool wasFinite = false;
    for (double step = firstStep; step >= kSmallestStep; step /= kKinkShrink) {
        if (std::optional<std::vector<Slope>> slopes =
                extrapolated(sampleAt, step, here.trace, 1, -1)) {
            result.slopes = std::move(*slopes);
            return result;
        }
        wasFinite = isFinite(sampleAt(step)) && isFinite(sampleAt(-step));
    }
    if (wasFinite)
        return atKink(sampleAt, here, firstStep);
    result.around = Around::NotFinite;
    return result;
}

}
