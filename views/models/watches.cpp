#include "views/models/watches.h"

#include "engine/session/fixes.h"
#include "views/models/carry_names.h"
#include "views/models/op_text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace backstep {

namespace {

constexpr size_t kUsualWeights = 2;
constexpr int64_t kMostTimesteps = 128; ///< longer ones are not read at each step of the pass
constexpr Position kLongestRun = 200'000;

std::vector<const Node*> forwardScans(const Graph& graph)
{
    std::vector<const Node*> scans;
    for (const NodeId id : graph.nodeIds())
        if (const Node& node = graph.node(id); node.isScan() &&
                                               node.origin.phase == Phase::Forward &&
                                               !graph.region(node.body).carries.empty())
            scans.push_back(&node);
    return scans;
}

}

std::vector<Watch> usualWatches(const Graph& graph)
{
    std::vector<Watch> watches;
    for (const Node* scan : forwardScans(graph))
        for (const std::string& name : carryNames(graph, graph.region(scan->body)))
            watches.push_back({Watch::Kind::Carry, scan->origin.name, name});
    constexpr size_t kUsualCarries = 2;
    watches.resize(std::min(watches.size(), kUsualCarries));
    for (const ValueId weight : graph.valuesOfKind(ValueKind::Weight))
        if (watches.size() < kUsualCarries + kUsualWeights)
            watches.push_back(watchOf(graph, weight));
    return watches;
}

Watch watchOf(const Graph& graph, NodeId op)
{
    return {Watch::Kind::Output, graph.node(primalOf(graph, op)).origin.name, {}};
}

Watch watchOf(const Graph& graph, ValueId weight)
{
    return {Watch::Kind::Weight, {}, graph.value(weight).name};
}

ValueId watchedValue(const Graph& graph, const Watch& watch)
{
    switch (watch.kind) {
    case Watch::Kind::Weight:
        for (const ValueId weight : graph.valuesOfKind(ValueKind::Weight))
            if (graph.value(weight).name == watch.name)
                return weight;
        break;
    case Watch::Kind::Carry:
        for (const Node* scan : forwardScans(graph)) {
            if (scan->origin.name != watch.owner)
                continue;
            const Region& body = graph.region(scan->body);
            const std::vector<std::string> names = carryNames(graph, body);
            for (size_t i = 0; i < names.size(); ++i)
                if (names[i] == watch.name)
                    return body.carries[i].next;
        }
        break;
    case Watch::Kind::Output:
        for (const NodeId id : graph.nodeIds())
            if (const Node& node = graph.node(id); node.origin.name == watch.owner &&
                                                   node.origin.phase != Phase::Backward &&
                                                   !node.isScan() && !node.outputs.empty())
                return node.outputs[0];
        break;
    }
    return kNoValue;
}

QString titleOf(const Graph& graph, const Watch& watch)
{
    const ValueId value = watchedValue(graph, watch);
    if (value == kNoValue)
        return {};
    const bool isInLoop = graph.depth(graph.value(value).region) > 0;
    const QString what =
        watch.kind == Watch::Kind::Weight ? weightText(graph, value)
        : watch.kind == Watch::Kind::Carry
            ? QString::fromStdString(watch.name)
            : QStringLiteral("(%1)").arg(opText(graph, graph.value(value).producer));
    return QStringLiteral("dL/d%1%2").arg(what, isInLoop ? QStringLiteral("[t]") : QString());
}

WatchNorms watchNorms(DebugSession& session, const Watch& watch, Position cursor)
{
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!snapshot->program || !snapshot->plan)
        return {};
    const Graph& graph = *snapshot->program;
    const auto cotangent = snapshot->cotangents.find(watchedValue(graph, watch));
    if (cotangent == snapshot->cotangents.end())
        return {};
    const ValueInfo& value = graph.value(cotangent->second);
    const int depth = graph.depth(value.region);
    const int64_t count = depth == 0 ? 1 : graph.stepCount(value.region);
    if (depth > 1 || count > kMostTimesteps)
        return {};
    WatchNorms norms(static_cast<size_t>(count), std::numeric_limits<double>::quiet_NaN());
    for (int64_t t = 0; t < count; ++t) {
        const TimestepPath at = depth == 0 ? TimestepPath{} : TimestepPath{}.then(t);
        if (value.producer != kNoNode && snapshot->plan->positionOf({value.producer, at}) >= cursor)
            continue;
        if (const ValueSnapshot read = session.value({value.id, at}); !read.tensor.isNull())
            norms[static_cast<size_t>(t)] = read.norm;
    }
    return norms;
}

std::vector<WatchNorms> normsWithoutFixes(const Document& document,
                                          const std::vector<Watch>& watches, std::stop_token stop)
{
    std::vector<WatchNorms> all(watches.size());
    const Result<Document> plain = withoutFixes(document);
    DebugSession copy;
    if (!plain || !copy.openCopy(*plain, document.dtype, stop) || !copy.snapshot()->plan ||
        copy.snapshot()->plan->size() > kLongestRun)
        return all;
    copy.setStopsAtBreaks(false);
    const PassState end = copy.runTo(copy.snapshot()->plan->size(), stop);
    for (size_t i = 0; i < watches.size() && !stop.stop_requested(); ++i)
        all[i] = watchNorms(copy, watches[i], end.cursor);
    return all;
}

}
