#include "app/cli/applied_fixes.h"

#include "app/cli/open_model.h"

#include "engine/base/text.h"
#include "engine/session/cuts.h"
#include "engine/session/fixes.h"
#include "engine/session/forward_looks.h"
#include "engine/session/gradient_choices.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// "3 of 5 weights live"
std::string liveWeights(const Snapshot& snapshot)
{
    int64_t live = 0, all = 0;
    for (const ValueId weight : snapshot.document->graph->valuesOfKind(ValueKind::Weight)) {
        const auto arrival = snapshot.report->targets.find(weight);
        ++all;
        live += arrival != snapshot.report->targets.end() && arrival->second.flow == Flow::Live;
    }
    return fmt::format("{} of {} live", live, counted(all, "weight"));
}

std::string errorText(const ForwardError& error)
{
    if (error.largest == 0)
        return fmt::format("the forward is unchanged on {}", counted(error.count, "value"));
    return fmt::format("the forward is off by at most {:.4g}, on average {:.4g}, over {}{}",
                       error.largest, error.mean, counted(error.count, "value"),
                       error.areDrawn ? " drawn at random" : "");
}

bool isCutNow(const DebugSession& session, const std::string& name)
{
    const Document& document = *session.snapshot()->document;
    const std::vector<NodeId> nodes = nodesOf(*document.graph, {GradientTarget::Scope::Node, name});
    return !nodes.empty() && isCutAt(document, nodes.front());
}

/// Of many ops, those that are cut where a cut is to be taken away.
std::vector<std::string> namesFor(const DebugSession& session, const std::vector<NodeId>& nodes,
                                  const TypedFix& option)
{
    std::vector<std::string> all, cut;
    for (const NodeId node : nodes) {
        all.push_back(session.snapshot()->document->graph->node(node).origin.name);
        if (isCutNow(session, all.back()))
            cut.push_back(all.back());
    }
    return option.id == kUncutId && !cut.empty() ? cut : all;
}

/// An op by its name: ids change when a model is imported anew.
Result<void> applyTo(DebugSession& session, const std::string& name, const TypedFix& option,
                     std::vector<std::string>& notes)
{
    const std::shared_ptr<const Snapshot> before = session.snapshot();
    const Graph& graph = *before->document->graph;
    const Result<std::vector<NodeId>> nodes = opsNamed("--fix", name, graph);
    if (!nodes)
        return nodes.error();
    const Node& node = graph.node(nodes->front());
    const Result<Fix> fix = fixNamed(graph, node, option.id, option.sharpness);
    if (!fix)
        return fix.error();
    std::string note = fmt::format("fix of '{}' ({}): {} ({})", printable(node.origin.name),
                                   printable(node.op.type), fix->title, wordsOf(fix->kind));
    if (fix->forward)
        if (const auto error = forwardErrorOf(session, node.id, fix->forward->text))
            note += "; " + errorText(*error);
    if (Result<void> applied = session.applyFix(node.id, *fix); !applied)
        return applied;
    notes.push_back(fmt::format("{}; {}, {} before", note, liveWeights(*session.snapshot()),
                                liveWeights(*before)));
    return {};
}

}

Result<std::vector<NodeId>> opsNamed(const std::string& option, const std::string& op,
                                     const Graph& graph)
{
    std::vector<NodeId> ofType;
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.name == op)
            return std::vector<NodeId>{id};
        if (node.op.type == op)
            ofType.push_back(id);
    }
    if (ofType.empty())
        return noSuchOp(option.c_str(), op, graph);
    return ofType;
}

Result<void> applyFixes(DebugSession& session, const std::vector<TypedFix>& fixes,
                        std::vector<std::string>& notes)
{
    if (fixes.empty())
        return {};
    session.setStopsAtBreaks(false);
    session.step(StepKind::Continue); // what is compared are the values of this run
    for (const TypedFix& option : fixes) {
        const Graph& graph = *session.snapshot()->document->graph;
        const Result<std::vector<NodeId>> nodes = opsNamed("--fix", option.op, graph);
        if (!nodes)
            return nodes.error();
        const std::vector<std::string> names = namesFor(session, *nodes, option);
        for (const std::string& name : names) {
            // A cut of many ops goes with the first of them.
            if (option.id == kUncutId && name != names.front() && !isCutNow(session, name))
                continue;
            if (Result<void> applied = applyTo(session, name, option, notes); !applied)
                return applied.takeError().during(
                    fmt::format("applying --fix {}={}", printable(option.op), option.id));
        }
    }
    return {};
}

}
