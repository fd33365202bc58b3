#include "app/cli/pass_results.h"

#include <cmath>

namespace backstep {

namespace {

void addStatistics(GradientResult& result)
{
    double sum = 0;
    for (int64_t i = 0; i < result.gradient.count(); ++i) {
        const double number = result.gradient.number(i);
        if (!std::isfinite(number)) {
            ++result.nonFiniteCount;
            continue;
        }
        sum += number * number;
        result.largest = std::max(result.largest, std::abs(number));
    }
    result.norm = std::sqrt(sum);
}

GradientResult gradientOf(DebugSession& session, const Snapshot& snapshot, const ValueInfo& value,
                          bool allowsIncomplete)
{
    GradientResult result;
    result.name = value.name;
    result.shape = value.type.shape;
    result.isInput = value.kind == ValueKind::Input;
    const auto arrival = snapshot.report->targets.find(value.id);
    if (arrival != snapshot.report->targets.end())
        result.arrival = arrival->second;
    const Flow flow = result.arrival.flow;
    if ((flow != Flow::Zero && flow != Flow::Live) ||
        (result.arrival.isIncomplete && !allowsIncomplete))
        return result;
    const auto cotangent = snapshot.cotangents.find(value.id);
    if (cotangent == snapshot.cotangents.end())
        return result;
    result.gradient = session.value({cotangent->second, {}}).tensor;
    if (!result.gradient.isNull())
        addStatistics(result);
    return result;
}

}

PassResults runPass(DebugSession& session, bool allowsIncomplete)
{
    session.setStopsAtBreaks(false);
    PassResults results;
    results.state = session.step(StepKind::Continue);
    results.loss = results.state.loss;
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    const Graph& program = *snapshot->program;
    if (program.loss != kNoValue && program.value(program.loss).type.dtype == DType::Float64)
        results.lossType = DType::Float64;
    const Graph& graph = *snapshot->document->graph;
    for (const ValueKind kind : {ValueKind::Weight, ValueKind::Input})
        for (const ValueId id : graph.valuesOfKind(kind))
            if (const ValueInfo& value = graph.value(id); isFloating(value.type.dtype))
                results.gradients.push_back(
                    gradientOf(session, *snapshot, value, allowsIncomplete));
    for (const GraphOutput& output : program.outputs)
        if (output.value != kNoValue)
            if (Tensor tensor = session.value({output.value, {}}).tensor; !tensor.isNull())
                results.outputs[output.name] = std::move(tensor);
    return results;
}

std::map<std::string, Tensor> savedEntries(const PassResults& results)
{
    std::map<std::string, Tensor> entries;
    if (results.loss)
        entries["loss"] = Tensor::scalar(*results.loss, results.lossType);
    for (const auto& [name, tensor] : results.outputs)
        entries["output:" + name] = tensor;
    for (const GradientResult& result : results.gradients) {
        if (!result.gradient.isNull())
            entries["grad:" + result.name] = result.gradient;
        entries["status:" + result.name] =
            Tensor::ofStrings({}, {std::string(statusWord(result.arrival.flow))});
    }
    return entries;
}

}
