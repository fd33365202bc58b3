#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/diagnostics/catalogue.h"

#include <fmt/format.h>

namespace backstep {

void checkMissingGradients(const Graph& graph, const ConversionReport& report, DiagnosticSink& sink)
{
    for (NodeId id : report.opsIn(GradientState::NoRule)) {
        const Node& node = graph.node(id);
        Finding finding{&kinds::missingGradient, id, allTimesteps(graph, id), {}, {}, {}};
        finding.weights = weightsCutBy(graph, report, id);
        finding.message =
            fmt::format("'{}' ({}) has no gradient rule.{}", printable(node.origin.name),
                        node.op.type, blockedSentence(graph, report, finding.weights));
        finding.fixes = {{"Pass through", "dy"}};
        sink.report(std::move(finding));
    }
}

}
