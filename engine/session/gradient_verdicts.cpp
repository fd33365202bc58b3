#include "engine/session/gradient_verdicts.h"

#include "engine/session/gradient_choices.h"

#include <algorithm>
#include <random>

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

std::vector<int64_t> spreadSteps(int64_t stepCount, int64_t count)
{
    std::vector<int64_t> steps;
    const int64_t shown = std::min(stepCount, count);
    for (int64_t i = 0; i < shown; ++i)
        steps.push_back(shown == 1 ? 0 : i * (stepCount - 1) / (shown - 1));
    return steps;
}

std::vector<TimestepPath> pathsOf(const Graph& graph, RegionId region, int64_t count)
{
    if (region == kTopRegion)
        return {TimestepPath{}};
    const RegionId parent = graph.region(region).parent;
    const bool isNested = parent != kTopRegion;
    std::vector<TimestepPath> paths;
    for (const TimestepPath& outer : pathsOf(graph, parent, std::min<int64_t>(count, 4)))
        for (const int64_t t : spreadSteps(graph.stepCount(region), isNested ? 4 : count))
            paths.push_back(outer.then(t));
    return paths;
}

/// Values of one op: those of the run, or drawn ones where one of its inputs was not computed.
class SeenValues
{
public:
    SeenValues(DebugSession& session, const Graph& graph, const Node& node)
        : m_session(session), m_graph(graph), m_places(placesOf(graph, node.id))
    {
        std::erase_if(m_places, [&](const OpAddress& place) {
            return std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
                return input != kNoValue && seen(input, place).isNull();
            });
        });
        m_areDrawn = m_places.empty();
        if (m_areDrawn)
            m_places = {{node.id, {}}};
    }

    bool areDrawn() const { return m_areDrawn; }
    const std::vector<OpAddress>& places() const { return m_places; }

    Tensor at(ValueId value, const OpAddress& place)
    {
        return m_areDrawn ? drawn(value) : seen(value, place);
    }

private:
    Tensor seen(ValueId value, const OpAddress& place)
    {
        const int depth = m_graph.depth(m_graph.value(value).region);
        return m_session.seenValue({value, place.at.upTo(depth)});
    }

    Tensor drawn(ValueId value)
    {
        const ValueInfo& info = m_graph.value(value);
        if (!info.content.isNull())
            return info.content;
        if (!isFloating(info.type.dtype))
            return {};
        Tensor& known = m_drawn[value];
        if (known.isNull()) {
            std::vector<double> numbers;
            for (int64_t i = 0; i < info.type.shape.count(); ++i)
                numbers.push_back(m_normal(m_random));
            known = Tensor::of<double>(info.type.shape, numbers);
        }
        return known;
    }

    DebugSession& m_session;
    const Graph& m_graph;
    std::vector<OpAddress> m_places;
    bool m_areDrawn = false;
    std::map<ValueId, Tensor> m_drawn;
    std::mt19937 m_random{7};
    std::normal_distribution<double> m_normal;
};

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

std::vector<OpAddress> placesOf(const Graph& graph, NodeId node, int64_t count)
{
    std::vector<OpAddress> places;
    for (const TimestepPath& path : pathsOf(graph, graph.node(node).region, count))
        places.push_back({node, path});
    return places;
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
