#include "engine/session/impulse.h"

#include "engine/autodiff/differentiate.h"
#include "engine/execution/executor.h"
#include "engine/ops/graph_builder.h"
#include "engine/session/gradient_choices.h"
#include "engine/session/made_up_data.h"
#include "engine/training/loss.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace backstep {

namespace {

constexpr int64_t kFewestSteps = 10, kMostSteps = 400;
constexpr Position kLongestRun = 2'000'000;

/// The axis of time in an output: batch first, as the frameworks have it, else time first.
std::optional<int> timeAxis(const Shape& shape, int64_t steps)
{
    if (shape.rank() > 1 && shape[1] == steps)
        return 1;
    if (shape.rank() > 0 && shape[0] == steps)
        return 0;
    return std::nullopt;
}

/// Random numbers at the last timestep, zeros before; everywhere if there is no axis of time.
Tensor impulse(const TensorType& type, std::optional<int> axis)
{
    std::mt19937_64 random(21);
    std::normal_distribution<double> normal;
    int64_t inner = 1;
    if (axis)
        for (int i = *axis + 1; i < type.shape.rank(); ++i)
            inner *= type.shape[i];
    std::vector<double> numbers(static_cast<size_t>(type.shape.count()));
    for (size_t i = 0; i < numbers.size(); ++i) {
        const double number = normal(random);
        const int64_t step = axis ? static_cast<int64_t>(i) / inner % type.shape[*axis] : 0;
        numbers[i] = !axis || step == type.shape[*axis] - 1 ? number : 0;
    }
    return Tensor::of<double>(type.shape, numbers).converted(type.dtype);
}

double squared(const Tensor& tensor)
{
    double sum = 0;
    for (int64_t i = 0; i < tensor.count(); ++i)
        sum += tensor.number(i) * tensor.number(i);
    return sum;
}

/// Norms over all floating carries together, by steps back from the last timestep.
std::vector<double> normsOf(Executor& executor, const Region& body, int64_t steps,
                            const std::map<ValueId, ValueId>& cotangents)
{
    std::vector<double> norms;
    const Position end = executor.plan().size();
    for (int64_t back = 0; back < std::min(steps, kMostSteps); ++back) {
        double sum = 0;
        for (const Carry& carry : body.carries) {
            const auto cotangent = cotangents.find(carry.in);
            if (cotangent == cotangents.end())
                continue;
            const TimestepPath at = TimestepPath().then(steps - 1 - back);
            if (const Result<Tensor> value = executor.value({cotangent->second, at}, end))
                sum += squared(*value);
        }
        norms.push_back(std::sqrt(sum));
    }
    return norms;
}

std::vector<NodeId> recurrencesOf(const Graph& graph)
{
    std::vector<NodeId> scans;
    for (const NodeId id : graph.region(kTopRegion).nodes) {
        const Node& node = graph.node(id);
        if (node.isScan() && node.origin.phase == Phase::Forward &&
            graph.region(node.body).direction == Direction::Forward &&
            !graph.region(node.body).carries.empty() && graph.stepCount(node.body) >= kFewestSteps)
            scans.push_back(id);
    }
    return scans;
}

}

std::vector<RecurrenceDecay> decayOfImpulse(const Document& document)
{
    Graph forward = *document.graph;
    const std::vector<NodeId> scans = recurrencesOf(forward);
    const Result<GraphOutput> output = lossOutput(forward, document.loss.output);
    if (scans.empty() || !output || output->value == kNoValue)
        return {};
    GraphBuilder builder(forward, kTopRegion, {.name = "impulse", .phase = Phase::Loss});
    const Value y = builder.use(output->value);
    const std::optional<int> axis =
        timeAxis(y.shape(), forward.stepCount(forward.node(scans[0]).body));
    const Value loss = builder.add("ReduceSum", {y * builder.constant(impulse(y.type(), axis))},
                                   {{"keepdims", int64_t{0}}});
    forward.loss = loss.id();
    const std::vector<ValueId> targets = forward.valuesOfKind(ValueKind::Weight);
    const Result<GradientTable> table = gradientTable(forward, document.gradients);
    if (builder.error() || !table || !forward.sortTopologically())
        return {};
    const FlowAnalysis flow = analyseFlow(forward, forward.loss, targets, *table);
    IdBook ids;
    Result<Differentiated> whole = differentiate(forward, forward.loss, targets, flow, *table, ids);
    if (!whole)
        return {};
    const auto plan =
        std::make_shared<const Plan>(std::make_shared<const Graph>(std::move(whole->graph)));
    std::vector<std::string> notes;
    const auto feeds = feedsFor(plan->graph(), document.inputs, notes);
    if (!feeds || plan->size() > kLongestRun)
        return {};
    Result<Recording> recording = Recording::make(plan, *feeds);
    if (!recording)
        return {};
    Executor executor(std::move(*recording));
    if (executor.run(plan->size()).reason == Stop::Failed)
        return {};
    std::vector<RecurrenceDecay> decays;
    for (const NodeId scan : scans) {
        const Region& body = plan->graph().region(plan->graph().node(scan).body);
        const std::vector<double> norms =
            normsOf(executor, body, plan->graph().stepCount(body.id), whole->cotangents);
        if (const std::optional<Decay> decay = fitDecay(norms))
            decays.push_back({scan, *decay});
    }
    return decays;
}

}
