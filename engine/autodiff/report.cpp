#include "engine/autodiff/report.h"

namespace backstep {

const OpReport& ConversionReport::at(NodeId node) const
{
    static const OpReport none{};
    const auto found = ops.find(node);
    return found == ops.end() ? none : found->second;
}

std::vector<NodeId> ConversionReport::opsIn(GradientState state) const
{
    std::vector<NodeId> all;
    for (const auto& [node, report] : ops)
        if (report.state == state || (report.elsewhereAt && report.elsewhere == state))
            all.push_back(node);
    return all;
}

std::string_view statusWord(Flow flow)
{
    switch (flow) {
    case Flow::None:
        return "none";
    case Flow::Zero:
        return "zero";
    case Flow::Blocked:
        return "blocked";
    case Flow::Live:
        return "live";
    }
    return {};
}

std::string_view nameOf(GradientState state)
{
    switch (state) {
    case GradientState::OffPath:
        return "off-path";
    case GradientState::Converted:
        return "converted";
    case GradientState::Custom:
        return "custom";
    case GradientState::ZeroEverywhere:
        return "zero-everywhere";
    case GradientState::NotDifferentiable:
        return "not-differentiable";
    case GradientState::NoRule:
        return "no-rule";
    case GradientState::DtypeCarriesNone:
        return "dtype-carries-none";
    case GradientState::UnknownOp:
        return "unknown-op";
    case GradientState::Refused:
        return "refused";
    case GradientState::CutOnPurpose:
        return "cut-on-purpose";
    case GradientState::Starved:
        return "starved";
    }
    return {};
}

}
