// Ops behind which there is no cotangent at all: declared so, integers, indices, comparisons,
// draws, calls into Python, cuts.

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/diagnostics/catalogue.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace backstep {

namespace {

bool isAmong(const Node& node, std::span<const std::string_view> types)
{
    return std::find(types.begin(), types.end(), node.op.type) != types.end() ||
           std::find(types.begin(), types.end(), node.origin.source) != types.end();
}

constexpr std::array<std::string_view, 13> kIndexOps{
    "ArgMax",   "ArgMin",    "TopK",         "NonZero", "OneHot",   "Unique",           "Where",
    "UniqueV2", "Bucketize", "SearchSorted", "InTopK",  "InTopKV2", "NonMaxSuppression"};
constexpr std::array<std::string_view, 8> kDraws{
    "Bernoulli",        "Multinomial",       "RandomNormal",         "RandomUniform",
    "RandomNormalLike", "RandomUniformLike", "RandomStandardNormal", "StatelessMultinomial"};
constexpr std::array<std::string_view, 3> kHostCalls{"PyFunc", "EagerPyFunc", "PyFuncStateless"};

const DiagnosticKind& kindFor(const Graph& graph, const Node& node)
{
    if (isAmong(node, kIndexOps) && !node.op.is("Where"))
        return kinds::indexOutput;
    if (isAmong(node, kDraws))
        return kinds::sampling;
    if (isAmong(node, kHostCalls))
        return kinds::hostCall;
    if (node.op.is("Cast") || node.op.is("CastLike") || node.op.is("BitCast"))
        return kinds::intCast;
    const ValueId output = node.outputs.empty() ? kNoValue : node.outputs[0];
    if (output != kNoValue && graph.value(output).type.dtype == DType::Bool)
        return kinds::comparison;
    return kinds::noneByRule;
}

std::string reason(const Graph& graph, const Node& node, const OpOpinion* opinion,
                   const Profile& profile)
{
    const ValueId output = node.outputs.empty() ? kNoValue : node.outputs[0];
    if (output != kNoValue && !mayCarry(graph, output))
        return fmt::format("its result is {}, which carries no gradient",
                           nameOf(graph.value(output).type.dtype));
    if (opinion)
        return fmt::format("{} {} declared to have no gradient in {}",
                           opinion->function.empty() ? std::string("it") : opinion->function,
                           opinion->basis == Basis::SourceOp ? "is" : "would be",
                           nameOf(*profile.framework));
    const OpDef* def = operators().find(node.op);
    return def && !def->gradient.why().empty() ? std::string(def->gradient.why())
                                               : "it declares no gradient";
}

/// What can be done against it: an op with a floating result takes a gradient.
std::vector<Fix> fixesFor(const Graph& graph, const Node& node, const DiagnosticKind& kind)
{
    std::vector<Fix> fixes = fixesOfOp(graph, node);
    fixes.push_back(remedyOf(kind));
    return fixes;
}

}

void StaticChecks::reportLost(NodeId id)
{
    const Node& node = graph().node(id);
    const DiagnosticKind& kind = kindFor(graph(), node);
    Finding finding = findingAt(id, kind);
    if (finding.weights.empty())
        return; // a mask beside a live path loses nothing
    finding.message = fmt::format("{}: {}.{}", opName(node),
                                  reason(graph(), node, opinion(id), m_subject.profile),
                                  weightsSentence(graph(), finding.weights, "no gradient"));
    if (const std::string types = typesSentence(graph(), node); !types.empty())
        finding.message += " " + types + ".";
    finding.fixes = fixesFor(graph(), node, kind);
    m_sink.report(std::move(finding));
}

/// A cut is told wherever it stands: in TensorFlow's loops what is cut arrives as zeros.
void StaticChecks::checkCuts()
{
    for (const NodeId id : graph().nodeIds()) {
        const Node& node = graph().node(id);
        const OpReport& found = report().at(id);
        const TimestepSet steps = m_subject.table.cutAt(id, graph().stepCount(node.region));
        if (found.state == GradientState::OffPath ||
            (found.state != GradientState::CutOnPurpose && steps.isEmpty()))
            continue;
        Finding finding = findingAt(id, kinds::cutOnPurpose);
        if (!steps.isEmpty() && node.region != kTopRegion)
            finding.timesteps = steps.ranges();
        finding.message = fmt::format("{}: the gradient is cut here on purpose.{}", opName(node),
                                      weightsSentence(graph(), finding.weights, "no gradient"));
        finding.fixes = {takeCutAway()};
        addCatalogueWords(finding);
        m_sink.report(std::move(finding));
    }
}

void StaticChecks::checkLostGradients()
{
    for (const GradientState state :
         {GradientState::DtypeCarriesNone, GradientState::NotDifferentiable})
        for (const NodeId id : report().opsIn(state))
            reportLost(id);
    checkCuts();
}

}
