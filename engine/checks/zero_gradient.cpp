#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/diagnostics/catalogue.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

namespace backstep {

namespace {

/// Where the op stands outside every timestep although a recurrence feeds it, a sentence that says
/// so.
std::string flatNote(const Graph& graph, const Node& node)
{
    if (node.region != kTopRegion || graph.timelines().empty())
        return {};
    return " It stands outside the recurrence's timesteps: it runs once on the whole sequence.";
}

}

void checkZeroGradients(const Graph& graph, const ConversionReport& report, DiagnosticSink& sink)
{
    for (NodeId id : report.opsIn(GradientState::ZeroEverywhere)) {
        const Node& node = graph.node(id);
        const OpDef* def = operators().find(node.op);
        Finding finding{&kinds::zeroGradient, id, allTimesteps(graph, id), {}, {}, {}};
        finding.weights = weightsCutBy(graph, report, id);
        finding.message = fmt::format(
            "'{}' ({}): {}.{}{}", printable(node.origin.name), node.op.type, def->gradient.why(),
            weightsSentence(graph, finding.weights, "only zeros"), flatNote(graph, node));
        finding.fixes = {
            {"Pass through", "dy"},
            {"Pass inside |x| ≤ 1", "dy * where(abs(x) <= 1, 1, 0)"},
            {"Gradient of tanh", "dy * (1 - tanh(x)**2)"},
        };
        sink.report(std::move(finding));
    }
}

}
