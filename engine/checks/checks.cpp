#include "engine/checks/checks.h"

#include "engine/checks/soft_fixes.h"

#include "engine/base/text.h"
#include "engine/diagnostics/surrogates.h"

#include <fmt/format.h>

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

std::vector<Fix> surrogateFixes(const Node& node, size_t most)
{
    std::vector<const Surrogate*> rows = surrogatesFor(node.op.type);
    rows.resize(std::min(rows.size(), node.inputs.size() == 1 ? most : size_t{1}));
    std::vector<Fix> fixes;
    for (const Surrogate* row : rows)
        fixes.push_back(
            {std::string(row->title), FixKind::GradientOnly, std::string(row->gradient)});
    return fixes;
}

std::vector<Fix> fixesOfOp(const Graph& graph, const Node& node, size_t mostSurrogates)
{
    std::vector<Fix> fixes;
    if (!node.outputs.empty() && mayCarry(graph, node.outputs[0]))
        fixes = surrogateFixes(node, mostSurrogates);
    for (Fix& fix : softFixes(graph, node))
        fixes.push_back(std::move(fix));
    return fixes;
}

std::string opName(const Node& node)
{
    return fmt::format("'{}' ({})", printable(node.origin.name), node.op.type);
}

std::string typesSentence(const Graph& graph, const Node& node)
{
    if (node.inputs.empty() || node.outputs.empty() || node.inputs[0] == kNoValue ||
        node.outputs[0] == kNoValue)
        return {};
    return fmt::format("{} goes in, {} comes out", graph.value(node.inputs[0]).type.text(),
                       graph.value(node.outputs[0]).type.text());
}

StaticChecks::StaticChecks(const CheckSubject& subject)
    : m_subject(subject),
      m_flow(subject.profile.framework
                 ? subject.frameworks.of(*subject.profile.framework, subject.profile.isEager).flow
                 : subject.own)
{
    for (const auto& [target, arrival] : report().targets)
        if (graph().value(target).kind == ValueKind::Weight)
            for (const NodeId node : arrival.cutBy)
                m_cuts[number(node)].push_back(target);
}

const OpOpinion* StaticChecks::opinion(NodeId node) const
{
    if (!m_subject.profile.framework)
        return nullptr;
    const FrameworkAnswer& answer =
        m_subject.frameworks.of(*m_subject.profile.framework, m_subject.profile.isEager);
    const auto found = answer.opinions.find(node);
    return found == answer.opinions.end() ? nullptr : &found->second;
}

Finding StaticChecks::findingAt(NodeId node, const DiagnosticKind& kind) const
{
    Finding finding{.kind = &kind, .node = node, .timesteps = allTimesteps(graph(), node)};
    // Where a custom gradient stands nothing is to be found.
    const auto own = report().ops.find(node);
    if (own != report().ops.end() && own->second.elsewhereAt)
        finding.timesteps = own->second.elsewhereAt->ranges();
    const auto cut = m_cuts.find(number(node));
    if (cut != m_cuts.end())
        finding.weights = cut->second;
    if (const OpOpinion* judged = opinion(node))
        finding.basis = judged->basis;
    else if (!m_subject.profile.framework)
        finding.basis = Basis::SourceOp; // the file's own op, by Backstep's own record
    for (const Framework framework : kFrameworks)
        finding.says[static_cast<size_t>(framework)] = saying(framework, node);
    return finding;
}

std::string StaticChecks::blockedSentence(const std::vector<ValueId>& weights) const
{
    std::vector<ValueId> blocked, incomplete;
    for (const ValueId weight : weights)
        (report().targets.at(weight).isIncomplete ? incomplete : blocked).push_back(weight);
    return weightsSentence(graph(), blocked, "an unknown gradient") +
           weightsSentence(graph(), incomplete, "a gradient that lacks the part through it");
}

FindingList StaticChecks::run()
{
    checkProblems();
    checkMissingGradients();
    checkLostGradients();
    checkZeroGradients();
    checkNotConnected();
    checkPadding();
    checkSingleStatistics();
    FindingList findings = m_sink.take();
    for (Finding& finding : findings)
        addElsewhere(finding);
    std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        return a.severity() < b.severity();
    });
    return findings;
}

}
