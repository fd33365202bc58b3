// How each framework would put it, for the op of a finding.

#include "engine/checks/checks.h"

#include <fmt/format.h>

namespace backstep {

namespace {

std::string nothingFrom(Framework framework, bool isInLoop)
{
    switch (framework) {
    case Framework::TensorFlow:
        return isInLoop
                   ? "zeros without a message (inside a loop of a graph; None when run eagerly)"
                   : "None; fit warns: Gradients do not exist for variables [...]";
    case Framework::PyTorch:
        return "None, without a message";
    case Framework::Jax:
        break;
    }
    return "zeros, without a message";
}

std::string outcome(Framework framework, const OpOpinion& opinion, bool isInLoop)
{
    switch (opinion.state) {
    case GradientState::NoRule:
    case GradientState::UnknownOp:
        return opinion.exception +
               (framework == Framework::TensorFlow ? ", for every weight of the call" : "");
    case GradientState::ZeroEverywhere:
        return "zeros, without a message";
    case GradientState::NotDifferentiable:
    case GradientState::DtypeCarriesNone:
    case GradientState::CutOnPurpose:
        return nothingFrom(framework, isInLoop);
    default:
        break;
    }
    if (!opinion.lacks.empty())
        return opinion.exception.empty() ? "None for some of its inputs" : opinion.exception;
    return "a gradient";
}

std::string_view kindText(const DiagnosticKind& kind, Framework framework)
{
    const std::string_view texts[]{kind.tensorflow, kind.pytorch, kind.jax};
    return texts[static_cast<size_t>(framework)];
}

}

std::string StaticChecks::saying(Framework framework, NodeId node) const
{
    const bool isEager = m_subject.profile.isEager;
    const FrameworkAnswer& answer = m_subject.frameworks.of(framework, isEager);
    const auto found = answer.opinions.find(node);
    if (found == answer.opinions.end())
        return {};
    const Node& op = graph().node(node);
    const OpOpinion& opinion = found->second;
    const bool isInLoop = op.region != kTopRegion && !op.origin.isSunk && !isEager;
    const std::string text = outcome(framework, opinion, isInLoop);
    if (opinion.function.empty())
        return text;
    if (opinion.basis == Basis::SourceOp)
        return fmt::format("{}: {}", opinion.function, text);
    return fmt::format("as {} it would give {}", opinion.function, text);
}

void StaticChecks::addElsewhere(Finding& finding) const
{
    if (finding.node == kNoNode || finding.severity() == Severity::Info)
        return;
    const GradientState own = m_subject.own.report.at(finding.node).state;
    const bool isForeign = own == GradientState::UnknownOp || own == GradientState::NoRule;
    const bool hasOwn = own == GradientState::Converted || own == GradientState::Starved;
    for (const Framework framework : kFrameworks) {
        const auto& opinions =
            m_subject.frameworks.of(framework, m_subject.profile.isEager).opinions;
        const auto found = opinions.find(finding.node);
        if (found == opinions.end() || m_subject.profile.framework == framework)
            continue;
        const OpOpinion& opinion = found->second;
        // By analogy alone it is claimed only of what is known to be differentiable (SEMANTICS R5).
        const bool isTrue = isForeign ? opinion.basis == Basis::SourceOp : hasOwn;
        if (opinion.state != GradientState::Converted || !opinion.lacks.empty() ||
            opinion.function.empty() || !isTrue)
            continue;
        finding.fixes.push_back(
            {.title = opinion.basis == Basis::SourceOp
                          ? fmt::format("Works in {}: {} has a gradient there", nameOf(framework),
                                        opinion.function)
                          : fmt::format("Works in {}: written as {} it would have a gradient there",
                                        nameOf(framework), opinion.function),
             .kind = FixKind::Environment});
    }
}

void addCatalogueWords(Finding& finding)
{
    for (const Framework framework : kFrameworks)
        finding.says[static_cast<size_t>(framework)] = kindText(*finding.kind, framework);
}

}
