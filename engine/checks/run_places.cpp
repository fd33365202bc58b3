#include "engine/checks/run_places.h"

#include "engine/checks/checks.h"
#include "engine/checks/probe.h"

#include <algorithm>

namespace backstep {

namespace {

constexpr int64_t kMostTimesteps = 64;

}

std::vector<TimestepPath> placesLookedAt(const Graph& graph, const Node& node)
{
    if (node.region == kTopRegion)
        return {TimestepPath()};
    if (graph.depth(node.region) > 1)
        return {};
    const int64_t steps = graph.stepCount(node.region);
    const int64_t stride = std::max<int64_t>(1, steps / kMostTimesteps);
    std::vector<TimestepPath> places;
    for (int64_t t = 0; t < steps; t += stride)
        places.push_back(TimestepPath().then(t));
    return places;
}

Tensor valueSeen(const RunSubject& subject, ValueId value, const TimestepPath& at)
{
    if (value == kNoValue)
        return {};
    const Graph& graph = subject.plan.graph();
    return subject.valueAt({value, at.upTo(graph.depth(graph.value(value).region))});
}

std::vector<Tensor> inputsSeen(const RunSubject& subject, const Node& node, const TimestepPath& at)
{
    std::vector<Tensor> inputs;
    for (const ValueId input : node.inputs)
        inputs.push_back(valueSeen(subject, input, at));
    return inputs;
}

std::string placeText(const Shape& shape, int64_t index)
{
    return shape.rank() == 0 ? "[]" : indexText(shape, index);
}

Finding runFinding(const RunSubject& subject, const DiagnosticKind& kind, NodeId node,
                   std::string message)
{
    Finding finding{.kind = &kind, .node = node};
    finding.timesteps = allTimesteps(subject.plan.graph(), node);
    finding.message = std::move(message);
    finding.fixes = {remedyOf(kind)};
    finding.isNote = !subject.isDataGiven;
    return finding;
}

}
