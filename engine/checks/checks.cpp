#include "engine/checks/checks.h"

#include "engine/base/text.h"

#include <algorithm>

namespace backstep {

std::vector<TimestepRange> allTimesteps(const Graph& graph, NodeId node)
{
    RegionId region = graph.node(node).region;
    if (region == kTopRegion)
        return {};
    while (graph.region(region).parent != kTopRegion)
        region = graph.region(region).parent;
    const int64_t steps = graph.stepCount(region);
    if (steps == 0)
        return {};
    return {{0, static_cast<int32_t>(steps - 1)}};
}

std::vector<ValueId> weightsCutBy(const Graph& graph, const ConversionReport& report, NodeId node)
{
    std::vector<ValueId> weights;
    for (const auto& [target, arrival] : report.targets)
        if (graph.value(target).kind == ValueKind::Weight && arrival.cutBy.contains(node))
            weights.push_back(target);
    return weights;
}

std::string weightsSentence(const Graph& graph, const std::vector<ValueId>& weights,
                            std::string_view what)
{
    if (weights.empty())
        return {};
    constexpr size_t kNamed = 4;
    std::string names;
    for (size_t i = 0; i < weights.size() && i < kNamed; ++i) {
        const bool isLast = i + 1 == weights.size() && i > 0;
        names += i == 0 ? "" : isLast ? " and " : ", ";
        names += "'" + printable(graph.value(weights[i]).name) + "'";
    }
    if (weights.size() > kNamed)
        names += " and " + std::to_string(weights.size() - kNamed) + " more";
    const bool isOne = weights.size() == 1;
    return " " + counted(static_cast<int64_t>(weights.size()), "weight") +
           (isOne ? " gets " : " get ") + std::string(what) + ": " + names + ".";
}

std::string blockedSentence(const Graph& graph, const ConversionReport& report,
                            const std::vector<ValueId>& weights)
{
    std::vector<ValueId> blocked, incomplete;
    for (ValueId weight : weights)
        (report.targets.at(weight).isIncomplete ? incomplete : blocked).push_back(weight);
    return weightsSentence(graph, blocked, "an unknown gradient") +
           weightsSentence(graph, incomplete, "a gradient that lacks the part through it");
}

FindingList checkStatically(const Graph& graph, const ConversionReport& report)
{
    DiagnosticSink sink;
    checkProblems(graph, report, sink);
    checkMissingGradients(graph, report, sink);
    checkLostGradients(graph, report, sink);
    checkZeroGradients(graph, report, sink);
    checkNotConnected(graph, report, sink);
    FindingList findings = sink.take();
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return a.kind->severity < b.kind->severity;
    });
    return findings;
}

}
