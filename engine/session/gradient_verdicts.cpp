#include "engine/session/gradient_verdicts.h"

#include "engine/session/gradient_choices.h"
#include "engine/session/seen_values.h"

#include <algorithm>

namespace backstep {

namespace {

constexpr size_t kMostNodes = 32;

/// Of several ops the one that tells most.
int weightOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Invalid:
        return 4;
    case Verdict::Differs:
        return 3;
    case Verdict::Unverifiable:
        return 2;
    case Verdict::Surrogate:
        return 1;
    case Verdict::Exact:
        break;
    }
    return 0;
}

VerdictReport verdictOnNode(DebugSession& session, const Graph& graph, const Node& node,
                            const CustomGradient& custom)
{
    SeenValues values(session, graph, node);
    return judgeGradient(
        {graph, node, custom, values.places(),
         [&](ValueId value, const OpAddress& place) { return values.at(value, place); },
         values.areDrawn()});
}

}

GivenGradient verdictOn(DebugSession& session, const GradientChoice& choice, std::stop_token stop)
{
    GivenGradient given;
    given.choice = choice;
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!snapshot->program)
        return given;
    const Graph& graph = *snapshot->program;
    std::vector<NodeId> nodes = nodesOf(graph, choice.target);
    given.nodeCount = static_cast<int64_t>(nodes.size());
    if (nodes.size() > kMostNodes)
        nodes.resize(kMostNodes);
    int64_t elements = 0, places = 0;
    for (const NodeId id : nodes) {
        if (stop.stop_requested())
            break;
        const Node& node = graph.node(id);
        VerdictReport verdict;
        Result<CustomGradient> custom = customGradient(graph, node, choice.text);
        if (custom) {
            verdict = verdictOnNode(session, graph, node, *custom);
        } else {
            verdict.verdict = Verdict::Invalid;
            verdict.why = custom.error().message;
            given.error = custom.takeError();
        }
        if (verdict.verdict == Verdict::Differs && choice.isAccepted())
            verdict.verdict = Verdict::Surrogate;
        elements += verdict.elementCount;
        places += verdict.placeCount;
        if (given.node == kNoNode || weightOf(verdict.verdict) > weightOf(given.verdict.verdict)) {
            given.node = id;
            given.sentence = sentenceOf(verdict, node);
            given.verdict = std::move(verdict);
        }
    }
    given.verdict.elementCount = elements;
    given.verdict.placeCount = places;
    return given;
}

std::vector<GivenGradient> verdictsOf(DebugSession& session, std::stop_token stop)
{
    std::vector<GivenGradient> all;
    if (session.snapshot()->document)
        for (const GradientChoice& choice : session.snapshot()->document->gradients)
            all.push_back(verdictOn(session, choice, stop));
    return all;
}

}
