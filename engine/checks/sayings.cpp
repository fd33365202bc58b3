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

void addCatalogueWords(Finding& finding)
{
    for (const Framework framework : kFrameworks)
        finding.says[static_cast<size_t>(framework)] = kindText(*finding.kind, framework);
}

}
