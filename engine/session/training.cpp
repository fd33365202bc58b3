#include "engine/session/training.h"

#include "engine/autodiff/report.h"
#include "engine/session/observer.h"
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

Training::Training(const Document& document, const TrainingOptions& options)
{
    m_run.options = options;
    IdBook scrap;
    Result<Program> program = buildProgram(document, scrap);
    if (!program) {
        m_run.error = program.takeError();
        return;
    }
    std::vector<TrainedWeight> weights = trainedIn(*program, m_run);
    PlanOptions recording = document.recording;
    recording.threads = program->plan->threads();
    Result<std::unique_ptr<Trainer>> trainer =
        Trainer::make(*program->graph, program->feeds, std::move(weights), options, recording);
    if (trainer)
        m_trainer = std::move(*trainer);
    else
        m_run.error = trainer.takeError();
}

Training::~Training() = default;

bool Training::isFinished() const
{
    const bool isHalted = m_run.error && m_run.error->code == kCancelled;
    return (m_run.error && !isHalted) ||
           static_cast<int64_t>(m_run.steps.size()) > m_run.options.steps;
}

void Training::proceed(std::stop_token stop, const TrainingProgress& progress)
{
    if (isFinished())
        return;
    m_run.error.reset();
    while (!isFinished()) {
        Result<TrainingStep> step = m_trainer->pass(stop);
        if (!step) {
            m_run.error = step.takeError();
            return;
        }
        m_run.steps.push_back(std::move(*step));
        if (!isFinished())
            m_trainer->update();
        if (progress)
            progress(m_run);
    }
}

TrainingRun train(const Document& document, const TrainingOptions& options, std::stop_token stop,
                  const TrainingProgress& progress)
{
    Training training(document, options);
    training.proceed(stop, progress);
    return training.run();
}

}
