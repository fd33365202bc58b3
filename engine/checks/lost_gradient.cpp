#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/diagnostics/catalogue.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

namespace backstep {

namespace {

const DiagnosticKind& kindFor(const Graph& graph, const Node& node)
{
    if (node.op.is("Cast"))
        return kinds::intCast;
    const ValueId output = node.outputs.empty() ? kNoValue : node.outputs[0];
    if (output != kNoValue && graph.value(output).type.dtype == DType::Bool)
        return kinds::comparison;
    return kinds::noneByRule;
}

std::string reason(const Graph& graph, const Node& node)
{
    const ValueId output = node.outputs.empty() ? kNoValue : node.outputs[0];
    if (output != kNoValue && !isFloating(graph.value(output).type.dtype))
        return fmt::format("its result is {}, which carries no gradient",
                           nameOf(graph.value(output).type.dtype));
    const OpDef* def = operators().find(node.op);
    return def ? std::string(def->gradient.why()) : "it declares no gradient";
}

void reportOps(const Graph& graph, const ConversionReport& report, GradientState state,
               DiagnosticSink& sink)
{
    for (NodeId id : report.opsIn(state)) {
        const Node& node = graph.node(id);
        Finding finding{&kindFor(graph, node), id, allTimesteps(graph, id), {}, {}, {}};
        finding.weights = weightsCutBy(graph, report, id);
        if (finding.weights.empty())
            continue; // a mask beside a live path loses nothing
        finding.message = fmt::format("'{}' ({}): {}.{}", printable(node.origin.name), node.op.type,
                                      reason(graph, node),
                                      weightsSentence(graph, finding.weights, "no gradient"));
        if (node.op.is("Cast"))
            finding.fixes = {{"Keep the value floating", ""}};
        else
            finding.fixes = {{"Replace it by a smooth function", ""}};
        sink.report(std::move(finding));
    }
}

}

void checkLostGradients(const Graph& graph, const ConversionReport& report, DiagnosticSink& sink)
{
    reportOps(graph, report, GradientState::DtypeCarriesNone, sink);
    reportOps(graph, report, GradientState::NotDifferentiable, sink);
}

void checkNotConnected(const Graph& graph, const ConversionReport& report, DiagnosticSink& sink)
{
    for (const auto& [target, arrival] : report.targets) {
        const ValueInfo& weight = graph.value(target);
        if (weight.kind != ValueKind::Weight || arrival.flow != Flow::None ||
            !arrival.cutBy.empty())
            continue;
        Finding finding{&kinds::notConnected, kNoNode, {}, {}, {target}, {}};
        finding.message =
            fmt::format("The loss does not depend on the weight '{}'.", printable(weight.name));
        finding.fixes = {{"Take the loss of an output that depends on it", ""}};
        sink.report(std::move(finding));
    }
}

}
