// No rule at all, a rule for some inputs, a call into Python.

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/diagnostics/catalogue.h"

#include <fmt/format.h>

namespace backstep {

void StaticChecks::reportMissing(NodeId id, const OpOpinion* opinion)
{
    const Node& node = graph().node(id);
    Finding finding = findingAt(id, kinds::missingGradient);
    if (!opinion) {
        finding.message = fmt::format("{} has no gradient rule.{}", opName(node),
                                      blockedSentence(finding.weights));
    } else {
        const Framework framework = *m_subject.profile.framework;
        const FrameworkAnswer& answer =
            m_subject.frameworks.of(framework, m_subject.profile.isEager);
        finding.weights.clear();
        for (const auto& [weight, says] : answer.says)
            if (says == Says::Raises &&
                (framework != Framework::PyTorch || report().targets.at(weight).cutBy.contains(id)))
                finding.weights.push_back(weight);
        finding.message = fmt::format(
            "{} {} {}{}.{}", opName(node),
            opinion->basis == Basis::SourceOp ? "raises in" : "would raise in", nameOf(framework),
            opinion->function.empty() ? "" : fmt::format(" (as {})", opinion->function),
            weightsSentence(graph(), finding.weights, "an exception"));
    }
    finding.fixes = fixesOfOp(graph(), node, 1);
    finding.fixes.push_back(
        {"Attach the derivative as an expression of x, y and dy", FixKind::GradientOnly});
    finding.fixes.push_back(cutHere());
    for (const Framework other : kFrameworks) {
        const auto& opinions = m_subject.frameworks.of(other, false).opinions;
        const auto found = opinions.find(id);
        if (found != opinions.end() && found->second.state == GradientState::Converted &&
            !found->second.function.empty())
            finding.fixes.push_back({fmt::format("It works in {}: {} has a gradient there",
                                                 nameOf(other), found->second.function),
                                     FixKind::Environment});
    }
    m_sink.report(std::move(finding));
}

void StaticChecks::checkMissingGradients()
{
    if (!m_subject.profile.framework) {
        for (const NodeId id : report().opsIn(GradientState::NoRule))
            reportMissing(id, nullptr);
        return;
    }
    const FrameworkAnswer& answer =
        m_subject.frameworks.of(*m_subject.profile.framework, m_subject.profile.isEager);
    for (const NodeId id : answer.raising) {
        const OpOpinion& judged = answer.opinions.at(id);
        if (judged.raisesOnArrivalOnly) {
            Finding finding = findingAt(id, kinds::loopNotReversible);
            finding.message = fmt::format("{}: {}", opName(graph().node(id)), judged.exception);
            finding.fixes = {remedyOf(kinds::loopNotReversible)};
            m_sink.report(std::move(finding));
        } else if (judged.state != GradientState::NoRule) {
            Finding finding = findingAt(id, kinds::partialRule);
            finding.message = fmt::format(
                "{} has a gradient in {} for some of its inputs alone: {}",
                opName(graph().node(id)), nameOf(*m_subject.profile.framework), judged.exception);
            finding.fixes = {remedyOf(kinds::partialRule)};
            m_sink.report(std::move(finding));
        } else {
            reportMissing(id, &judged);
        }
    }
}

}
