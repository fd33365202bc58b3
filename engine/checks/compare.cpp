#include "engine/checks/compare.h"

namespace backstep {

namespace {

std::string wordFor(GradientState state, bool isFramework)
{
    switch (state) {
    case GradientState::ZeroEverywhere:
        return "zeros";
    case GradientState::NotDifferentiable:
    case GradientState::DtypeCarriesNone:
        return "None";
    case GradientState::CutOnPurpose:
        return "cut";
    case GradientState::NoRule:
    case GradientState::UnknownOp:
    case GradientState::Refused:
        return isFramework ? "raises" : "unknown";
    case GradientState::Custom:
        return "custom";
    default:
        return "gradient";
    }
}

std::string whyOf(const OpOpinion& opinion)
{
    std::string why = opinion.function.empty()           ? "made of smaller ops"
                      : opinion.basis == Basis::SourceOp ? opinion.function
                                                         : "as " + opinion.function;
    return opinion.exception.empty() ? why : why + ": " + opinion.exception;
}

}

ComparedOp compareOp(NodeId id, const ConversionReport& own, const FrameworkAnswers& frameworks,
                     bool isEager)
{
    ComparedOp row{id, {wordFor(own.at(id).state, false)}, {}};
    for (const Framework framework : kFrameworks) {
        const auto& opinions = frameworks.of(framework, isEager).opinions;
        const auto found = opinions.find(id);
        const size_t column = 1 + static_cast<size_t>(framework);
        row.words[column] =
            found == opinions.end() ? "gradient" : wordFor(found->second.state, true);
        // JAX gives zeros wherever there is nothing.
        if (framework == Framework::Jax && row.words[column] == "None")
            row.words[column] = "zeros";
        if (found != opinions.end())
            row.whys[column] = whyOf(found->second);
    }
    return row;
}

}
