// Where a written fix is tried: numbers at which its gradient shows.
#include "engine/exporters/code/op_fragment.h"

#include "engine/execution/executor.h"

#include <cmath>

namespace backstep {

namespace {

/// Numbers spread over -2 to 2 in no order that a formula would have, none at a kink.
double spread(int64_t index)
{
    constexpr double goldenRatio = 0.6180339887498949; // fractions of its multiples lie apart
    const double fraction = std::fmod(static_cast<double>(index + 1) * goldenRatio, 1.0);
    return std::round((4.0 * fraction - 2.0) * 1000.0) / 1000.0;
}

/// Ways to bring the numbers into an op's domain, tried in this order.
constexpr double (*kDomains[])(double) = {
    [](double x) { return x; },
    [](double x) { return 0.45 * x; },                 // inside -1 to 1
    [](double x) { return std::abs(x) + 0.25; },       // above 0
    [](double x) { return std::abs(x) + 1.25; },       // above 1
    [](double x) { return 0.2 * std::abs(x) + 0.05; }, // between 0 and 1
};

Tensor sampled(const TensorType& type, int64_t first, double (*domain)(double))
{
    std::vector<double> numbers;
    for (int64_t i = 0; i < type.shape.count(); ++i)
        numbers.push_back(isFloating(type.dtype) ? domain(spread(first + i))
                                                 : static_cast<double>((first + i) % 2));
    return Tensor::of<double>(type.shape, numbers).converted(type.dtype);
}

bool isFinite(const Tensor& tensor)
{
    for (int64_t i = 0; i < tensor.count(); ++i)
        if (!std::isfinite(tensor.number(i)))
            return false;
    return true;
}

bool isZero(const Tensor& tensor)
{
    for (int64_t i = 0; i < tensor.count(); ++i)
        if (tensor.number(i) != 0)
            return false;
    return true;
}

/// Runs the fragment at one point.
Result<void> compute(const OpFragment& fragment, const std::shared_ptr<const Plan>& plan,
                     SamplePoint& point)
{
    std::map<ValueId, Tensor> feeds;
    for (size_t i = 0; i < fragment.inputs.size(); ++i)
        feeds[fragment.inputs[i].value] = point.inputs[i];
    size_t next = 0;
    for (const FragmentOutput& output : fragment.outputs)
        if (output.cotangent != kNoValue)
            feeds[output.cotangent] = point.cotangents[next++];
    Result<Recording> recording = Recording::make(plan, feeds);
    if (!recording)
        return recording.takeError();
    Executor executor(std::move(*recording));
    if (executor.run(plan->size()).reason == Stop::Failed)
        return *executor.failure();
    const auto look = [&](ValueId value, std::vector<Tensor>& into) -> Result<void> {
        into.emplace_back();
        if (value == kNoValue)
            return {};
        Result<Tensor> tensor = executor.value({value, {}}, executor.reached());
        if (!tensor)
            return tensor.takeError();
        into.back() = std::move(*tensor);
        return {};
    };
    for (const FragmentOutput& output : fragment.outputs)
        if (Result<void> seen = look(output.value, point.outputs); !seen)
            return seen;
    for (const ValueId gradient : fragment.gradients)
        if (Result<void> seen = look(gradient, point.gradients); !seen)
            return seen;
    return {};
}

}

Result<SamplePoint> sampleOf(const OpFragment& fragment)
{
    const auto plan = std::make_shared<const Plan>(std::make_shared<const Graph>(fragment.graph));
    Result<SamplePoint> best = Error{"no-sample", "No numbers were found at which it is finite."};
    for (const auto domain : kDomains) {
        SamplePoint point;
        int64_t first = 0;
        for (const FragmentInput& input : fragment.inputs) {
            point.inputs.push_back(sampled(fragment.graph.value(input.value).type, first, domain));
            first += point.inputs.back().count();
        }
        for (const FragmentOutput& output : fragment.outputs)
            if (output.cotangent != kNoValue) {
                point.cotangents.push_back(
                    sampled(fragment.graph.value(output.cotangent).type, first, kDomains[0]));
                first += point.cotangents.back().count();
            }
        if (Result<void> done = compute(fragment, plan, point); !done) {
            if (!best)
                best = done.takeError();
            continue;
        }
        bool isGood = true;
        for (const std::vector<Tensor>* results : {&point.outputs, &point.gradients})
            for (const Tensor& tensor : *results)
                isGood = isGood && (tensor.isNull() || isFinite(tensor));
        for (const Tensor& tensor : point.gradients)
            point.isLive = point.isLive || (!tensor.isNull() && !isZero(tensor));
        if (isGood && (!best || point.isLive))
            best = std::move(point);
        if (best && best->isLive)
            break;
    }
    return best;
}

}
