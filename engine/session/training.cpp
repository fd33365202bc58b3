#include "engine/session/training.h"

#include "engine/autodiff/report.h"
#include "engine/session/program.h"

#include <algorithm>

namespace backstep {

namespace {

std::string whyItStays(const Arrival& arrival)
{
    if (arrival.isIncomplete)
        return "its gradient lacks the part through an op";
    switch (arrival.flow) {
    case Flow::None:
        return "no gradient";
    case Flow::Zero:
        return "only zeros";
    case Flow::Blocked:
        return "its gradient is blocked";
    default:
        return {};
    }
}

/// The layer of the op that reads the weight first.
std::string layerOf(const Graph& graph, ValueId weight)
{
    for (const NodeId reader : graph.consumers(weight))
        if (const Origin& origin = graph.node(reader).origin; !origin.layer.empty())
            return origin.layer;
    return {};
}

std::vector<TrainedWeight> trainedIn(const Program& program, TrainingRun& run)
{
    std::vector<TrainedWeight> trained;
    for (const ValueId weight : program.graph->valuesOfKind(ValueKind::Weight)) {
        const ValueInfo& info = program.graph->value(weight);
        const auto arrival = program.report->targets.find(weight);
        const auto cotangent = program.cotangents.find(weight);
        TrainableWeight row{info.name, layerOf(*program.graph, weight), info.type.shape};
        row.why = arrival == program.report->targets.end() ? "not connected"
                                                           : whyItStays(arrival->second);
        row.isTrained = row.why.empty() && cotangent != program.cotangents.end();
        trained.push_back({weight, row.isTrained ? cotangent->second : kNoValue});
        run.weights.push_back(std::move(row));
    }
    return trained;
}

}

int64_t TrainingRun::movedCount() const
{
    if (steps.empty())
        return 0;
    return std::count_if(steps.back().weights.begin(), steps.back().weights.end(),
                         [](const WeightProgress& weight) { return weight.moved > 0; });
}

TrainingRun train(const Document& document, const TrainingOptions& options, std::stop_token stop,
                  const TrainingProgress& progress)
{
    TrainingRun run;
    run.options = options;
    IdBook scrap;
    Result<Program> program = buildProgram(document, scrap);
    if (!program) {
        run.error = program.takeError();
        return run;
    }
    std::vector<TrainedWeight> weights = trainedIn(*program, run);
    PlanOptions recording = document.recording;
    recording.threads = program->plan->threads();
    Result<std::unique_ptr<Trainer>> trainer =
        Trainer::make(*program->graph, program->feeds, std::move(weights), options, recording);
    if (!trainer) {
        run.error = trainer.takeError();
        return run;
    }
    for (int64_t number = 0; number <= options.steps; ++number) {
        Result<TrainingStep> step = (*trainer)->pass(stop);
        if (!step) {
            run.error = step.takeError();
            break;
        }
        run.steps.push_back(std::move(*step));
        if (progress)
            progress(run);
        if (number < options.steps)
            (*trainer)->update();
    }
    return run;
}

}
