#include "views/canvas/outer_layout.h"

#include "engine/base/text.h"
#include "views/canvas/fold.h"

#include <algorithm>

namespace backstep {

namespace {

bool isBackward(const Node& node)
{
    return node.origin.phase == Phase::Backward || node.origin.phase == Phase::Update;
}

std::vector<NodeId> shownOps(const Graph& graph)
{
    std::vector<NodeId> ops;
    for (NodeId id : graph.region(kTopRegion).nodes) {
        const Node& node = graph.node(id);
        const bool isTimeline = node.isScan() && graph.region(node.body).timeline != kNoTimeline;
        if (!isBackward(node) && !isTimeline)
            ops.push_back(id);
    }
    return ops;
}

std::string scopePath(const Node& node)
{
    return node.origin.layer.empty() ? node.origin.name
                                     : node.origin.layer + "/" + node.origin.name;
}

OuterBox boxFor(const Graph& graph, const FoldGroup& group, const std::vector<NodeId>& ops,
                const TextWidth& textWidth)
{
    OuterBox box;
    for (int member : group.members)
        box.forward.push_back(ops[static_cast<size_t>(member)]);
    const Node& first = graph.node(box.forward.front());
    box.layer = printable(first.origin.layer);
    box.isLoss = first.origin.phase == Phase::Loss;
    std::string label = printable(first.op.type);
    if (box.isFolded()) {
        box.scope = group.name;
        label = printable(group.name);
        if (const size_t cut = label.find_last_of('/'); cut != std::string::npos)
            label = label.substr(cut + 1);
    }
    box.label = elidedLabel(label, textWidth);
    if (box.isFolded())
        box.label += " ×" + std::to_string(box.forward.size());
    box.rect.width = boxWidth("∇" + box.label, textWidth);
    return box;
}

void addLinks(const Graph& graph, const std::unordered_map<uint32_t, int>& boxOfNode,
              OuterOutline& outline)
{
    std::set<std::pair<int, int>> known;
    const auto boxOf = [&](NodeId node) {
        const auto found = boxOfNode.find(number(node));
        return found == boxOfNode.end() ? OuterOutline::kTimelines : found->second;
    };
    for (NodeId id : graph.region(kTopRegion).nodes) {
        if (isBackward(graph.node(id)))
            continue;
        const int to = boxOf(id);
        for (ValueId value : graph.reads(id)) {
            const NodeId producer = graph.value(value).producer;
            if (producer == kNoNode || graph.node(producer).region != kTopRegion)
                continue;
            const int from = boxOf(producer);
            if (from != to && known.insert({from, to}).second)
                outline.links.push_back({from, to});
        }
    }
}

/// Later boxes first: what they hand on may be what they were handed.
void addArrivals(const Graph& graph, OuterOutline& outline)
{
    std::vector<NodeId> scans;
    for (NodeId id : graph.region(kTopRegion).nodes)
        if (graph.node(id).isScan() && isBackward(graph.node(id)))
            scans.push_back(id);
    const auto gradientOpsAt = [&](int end) -> const std::vector<NodeId>& {
        return end == OuterOutline::kTimelines
                   ? scans
                   : outline.boxes[static_cast<size_t>(end)].gradientOps();
    };
    for (size_t i = outline.boxes.size(); i-- > 0;) {
        if (!outline.boxes[i].backward.empty())
            continue;
        std::set<NodeId> arrivals;
        for (const OuterOutline::Link& link : outline.links)
            if (link.from == static_cast<int>(i))
                arrivals.insert(gradientOpsAt(link.to).begin(), gradientOpsAt(link.to).end());
        outline.boxes[i].arrivals.assign(arrivals.begin(), arrivals.end());
    }
}

}

OuterOutline outlineOuter(const Graph& graph, const std::set<std::string>& unfolded,
                          const TextWidth& textWidth)
{
    OuterOutline outline;
    const std::vector<NodeId> ops = shownOps(graph);
    std::vector<std::string> paths;
    for (NodeId id : ops)
        paths.push_back(scopePath(graph.node(id)));
    // one node of dot's is for the timelines
    std::unordered_map<uint32_t, int> boxOfNode;
    for (const FoldGroup& group : foldByScope(paths, kMostOuterBoxes - 1, unfolded)) {
        for (int member : group.members)
            boxOfNode[number(ops[static_cast<size_t>(member)])] =
                static_cast<int>(outline.boxes.size());
        outline.boxes.push_back(boxFor(graph, group, ops, textWidth));
    }
    for (NodeId id : graph.region(kTopRegion).nodes) {
        const Node& node = graph.node(id);
        const auto box = boxOfNode.find(number(node.origin.primal));
        if (isBackward(node) && !node.isScan() && box != boxOfNode.end())
            outline.boxes[static_cast<size_t>(box->second)].backward.push_back(id);
    }
    addLinks(graph, boxOfNode, outline);
    addArrivals(graph, outline);
    outline.opCount = ops.size();
    outline.hasTimelines = !graph.timelines().empty();
    return outline;
}

}
