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

/// Why it is flat, by our own record; a framework may say zero where we know no reason.
std::string_view reasonOf(const Node& node)
{
    const OpDef* def = operators().find(node.op);
    const std::string_view why = def ? def->gradient.why() : std::string_view();
    return why.empty() ? "its gradient is zero everywhere" : why;
}

}

void StaticChecks::checkZeroGradients()
{
    for (const NodeId id : report().opsIn(GradientState::ZeroEverywhere)) {
        const Node& node = graph().node(id);
        Finding finding = findingAt(id, kinds::zeroGradient);
        finding.isNote = finding.weights.empty();
        finding.message =
            fmt::format("{}: {}.{}{}{}", opName(node), reasonOf(node),
                        weightsSentence(graph(), finding.weights, "only zeros"),
                        finding.isNote ? " No weight depends on this path alone." : "",
                        flatNote(graph(), node));
        finding.fixes = fixesOfOp(graph(), node);
        m_sink.report(std::move(finding));
    }
}

}
