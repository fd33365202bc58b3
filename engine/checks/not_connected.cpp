// Weights without any path to the loss, and timesteps that are padding.

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/diagnostics/catalogue.h"

#include <fmt/format.h>

#include <set>

namespace backstep {

void StaticChecks::checkNotConnected()
{
    if (graph().loss == kNoValue)
        return;
    for (const auto& [target, arrival] : report().targets) {
        const ValueInfo& weight = graph().value(target);
        if (weight.kind != ValueKind::Weight || arrival.flow != Flow::None ||
            !arrival.cutBy.empty())
            continue;
        Finding finding{.kind = &kinds::notConnected, .weights = {target}};
        finding.message =
            fmt::format("The loss does not depend on the weight '{}'.", printable(weight.name));
        finding.fixes = {{"Take the loss of an output that depends on it", FixKind::Cut}};
        finding.says = {std::string(kinds::notConnected.tensorflow),
                        std::string(kinds::notConnected.pytorch),
                        std::string(kinds::notConnected.jax)};
        m_sink.report(std::move(finding));
    }
}

/// A comparison with the timestep that chooses between two states: lengths of sequences.
void StaticChecks::checkPadding()
{
    for (const RegionId id : graph().regionIds()) {
        const Region& body = graph().region(id);
        if (body.timestep == kNoValue)
            continue;
        std::set<ValueId> fromTimestep{body.timestep};
        for (const NodeId node : body.nodes) {
            const Node& op = graph().node(node);
            const bool reads = std::any_of(op.inputs.begin(), op.inputs.end(), [&](ValueId input) {
                return fromTimestep.contains(input);
            });
            if (!reads)
                continue;
            if (op.op.is("Where")) {
                Finding finding{.kind = &kinds::padding, .node = node};
                finding.timesteps = allTimesteps(graph(), node);
                finding.message = fmt::format(
                    "{} keeps the state at padded timesteps: zeros of the gradient there are "
                    "padding, not a fault.",
                    opName(op));
                finding.fixes = {remedyOf(kinds::padding)};
                m_sink.report(std::move(finding));
                break; // once a recurrence
            }
            if (op.outputs.size() == 1 && !mayCarry(graph(), op.outputs[0]))
                fromTimestep.insert(op.outputs[0]);
        }
    }
}

}
