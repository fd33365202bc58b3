// Values of a run that lie exactly where an op has no derivative.

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/checks/kinks.h"
#include "engine/checks/run_places.h"
#include "engine/diagnostics/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace backstep {

namespace {

/// What was seen of one op.
struct Seen {
    int64_t count = 0, onKink = 0;
    std::vector<TimestepRange> timesteps;
    std::string first; ///< "[0, 2] at timestep 4"

    void add(const Tensor& on, const TimestepPath& at)
    {
        const int64_t before = onKink;
        for (int64_t i = 0; i < on.count(); ++i) {
            if (on.number(i) == 0)
                continue;
            if (onKink++ == 0)
                first = placeText(on.shape(), i) +
                        (at.depth > 0 ? fmt::format(" at timestep {}", at.t[0]) : "");
        }
        count += on.count();
        if (onKink > before && at.depth > 0)
            timesteps.push_back({at.t[0], at.t[0]});
    }
};

/// A cotangent comes to the op, so that it matters which slope is taken.
bool isAsked(const RunSubject& subject, const Node& node)
{
    const OpReport& report = subject.report.at(node.id);
    return node.origin.phase == Phase::Forward && !node.problem && !placeOfKinks(node).empty() &&
           report.state != GradientState::OffPath && report.arriving == Flow::Live &&
           isFloating(subject.plan.graph().value(node.outputs[0]).type.dtype);
}

}

void checkKinks(const RunSubject& subject, FindingList& findings)
{
    const Graph& graph = subject.plan.graph();
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (!isAsked(subject, node))
            continue;
        Seen seen;
        for (const TimestepPath& at : placesLookedAt(graph, node)) {
            const std::vector<Tensor> inputs = inputsSeen(subject, node, at);
            if (!inputs[0].isNull())
                seen.add(elementsOnKink(node, inputs), at);
        }
        if (seen.onKink == 0)
            continue;
        Finding finding = runFinding(
            subject, kinds::kink, id,
            fmt::format("{}: {} of {} values lie exactly {}, where it has no derivative; the first "
                        "is element {}.",
                        opName(node), seen.onKink, seen.count, placeOfKinks(node), seen.first));
        finding.timesteps = TimestepSet(seen.timesteps).ranges();
        addCatalogueWords(finding);
        findings.push_back(std::move(finding));
    }
}

}
