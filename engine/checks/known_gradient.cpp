#include "engine/checks/known_gradient.h"

#include "engine/diagnostics/surrogates.h"
#include "engine/execution/executor.h"
#include "engine/expressions/expression.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace backstep {

namespace {

constexpr size_t kFewestPoints = 3;

double largestOf(std::span<const double> numbers)
{
    double largest = 0;
    for (const double number : numbers)
        largest = std::max(largest, std::abs(number));
    return largest;
}

/// The largest distance of `slopes` from `factor` times `others`, and where; NaN is infinitely far.
std::pair<double, size_t> distance(std::span<const double> slopes, std::span<const double> others,
                                   double factor)
{
    std::pair<double, size_t> largest{0, 0};
    for (size_t i = 0; i < slopes.size(); ++i) {
        const double off = std::abs(slopes[i] - factor * others[i]);
        if (!std::isfinite(off))
            return {HUGE_VAL, i};
        if (off > largest.first)
            largest = {off, i};
    }
    return largest;
}

bool hasEnoughPoints(std::span<const double> x)
{
    std::set<double> different;
    for (const double each : x)
        if (different.insert(each); different.size() >= kFewestPoints)
            return true;
    return false;
}

}

Result<std::vector<double>> slopesOf(std::string_view text, std::span<const double> x)
{
    const Result<Expression> expression = parse(text);
    if (!expression)
        return expression.error();
    Graph graph;
    GraphBuilder builder(graph, kTopRegion);
    const Shape shape{static_cast<int64_t>(x.size())};
    ValueInfo input;
    input.kind = ValueKind::Input;
    input.type = {DType::Float64, shape};
    input.name = "x";
    const Value point = builder.declare(std::move(input));
    const Value dy =
        builder.constant(Tensor::of<double>(shape, std::vector<double>(x.size(), 1.0)), "dy");
    const Result<std::vector<Value>> built =
        lower(*expression, {{"x", point}, {"dy", dy}}, builder);
    if (!built)
        return built.error();
    if (built->size() != 1 || !built->front().isPresent())
        return Error{"expression", "One gradient is wanted."};
    // A number alone has no shape of its own.
    const Value slope = built->front() + dy * 0.0;
    if (builder.error())
        return *builder.error();
    auto plan = std::make_shared<const Plan>(std::make_shared<const Graph>(std::move(graph)));
    Result<Recording> recording = Recording::make(
        plan, {{point.id(), Tensor::of<double>(shape, std::vector<double>(x.begin(), x.end()))}});
    if (!recording)
        return recording.takeError();
    Executor executor(std::move(*recording));
    executor.run(plan->size());
    const Result<Tensor> tensor = executor.value({slope.id(), {}}, executor.reached());
    if (!tensor)
        return tensor.error();
    std::vector<double> slopes;
    for (int64_t i = 0; i < tensor->count(); ++i)
        slopes.push_back(tensor->number(i));
    return slopes;
}

std::optional<double> commonFactor(std::span<const double> slopes, std::span<const double> others)
{
    double product = 0, square = 0;
    for (size_t i = 0; i < slopes.size(); ++i) {
        product += slopes[i] * others[i];
        square += others[i] * others[i];
    }
    const double largest = largestOf(slopes);
    if (!(square > 0) || !(largest > 0) || !std::isfinite(product))
        return std::nullopt;
    double factor = product / square;
    if (std::abs(factor - 1) < kEqualGradients)
        factor = 1;
    if (!(distance(slopes, others, factor).first <= kEqualGradients * largest))
        return std::nullopt;
    return factor;
}

std::optional<KnownMatch> knownMatch(std::span<const double> x, std::span<const double> slopes)
{
    if (!hasEnoughPoints(x))
        return std::nullopt;
    std::optional<KnownMatch> scaled;
    for (const KnownGradient& known : knownGradients()) {
        const Result<std::vector<double>> others = slopesOf(known.gradient, x);
        if (!others)
            continue; // where the function is not defined
        const std::optional<double> factor = commonFactor(slopes, *others);
        if (!factor || (*factor != 1 && scaled))
            continue;
        const auto [difference, at] = distance(slopes, *others, *factor);
        const KnownMatch match{known.function, *factor, difference, at};
        if (*factor == 1)
            return match;
        scaled = match;
    }
    return scaled;
}

}
