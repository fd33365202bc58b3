#include "views/canvas/outer_layout.h"

#include "views/canvas/dot.h"
#include "views/canvas/metrics.h"

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr float kGap = 10;      ///< between the timelines and what leads to them
constexpr float kAxisGap = 26;  ///< lowest box above the axis
constexpr float kTallest = 200; ///< of the node that stands for all timelines

DotRequest requestFor(const OuterOutline& outline)
{
    DotRequest request;
    request.nodeGap = 14;
    request.rankGap = 26;
    for (const OuterBox& box : outline.boxes)
        request.nodes.push_back({box.rect.width, metrics::kBoxHeight});
    const int timelines = static_cast<int>(request.nodes.size());
    if (outline.hasTimelines)
        request.nodes.push_back({8, kTallest});
    for (const OuterOutline::Link& link : outline.links)
        request.edges.push_back(
            {link.from < 0 ? timelines : link.from, link.to < 0 ? timelines : link.to, 1});
    return request;
}

}

OuterLayout layoutOuter(OuterOutline outline)
{
    OuterLayout layout;
    layout.opCount = outline.opCount;
    layout.boxes = std::move(outline.boxes);
    if (layout.boxes.empty())
        return layout;
    outline.boxes = layout.boxes;
    const DotResult drawn = runDot(requestFor(outline));
    const Point middle = outline.hasTimelines ? drawn.centres.back() : Point{};

    float lowest = -1e9f;
    for (size_t i = 0; i < layout.boxes.size(); ++i)
        lowest = std::max(lowest, drawn.centres[i].y);
    const float shiftY = -kAxisGap - metrics::kBoxHeight / 2 - lowest;
    const auto shiftX = [&](bool isBehind) {
        return outline.hasTimelines ? -middle.x + (isBehind ? kGap - 4 : 4 - kGap) : 0.0f;
    };
    for (size_t i = 0; i < layout.boxes.size(); ++i) {
        OuterBox& box = layout.boxes[i];
        const bool isBehind = outline.hasTimelines && drawn.centres[i].x > middle.x;
        const Point centre{std::round(drawn.centres[i].x + shiftX(isBehind)),
                           std::round(drawn.centres[i].y + shiftY)};
        box.rect = centredRect(centre, box.rect.width, metrics::kBoxHeight);
        layout.isBehind.push_back(isBehind);
        layout.top = std::min(layout.top, box.rect.y - 14);
        if (isBehind || !outline.hasTimelines)
            layout.right = std::max(layout.right, box.rect.right() + kGap);
        if (!isBehind)
            layout.left = std::min(layout.left, box.rect.x - kGap);
        for (const std::vector<NodeId>& nodes : {box.forward, box.backward})
            for (NodeId node : nodes)
                layout.boxOfNode[number(node)] = static_cast<int>(i);
    }
    for (size_t i = 0; i < outline.links.size(); ++i) {
        const OuterOutline::Link& link = outline.links[i];
        const auto side = [&](int box) { return layout.isBehind[static_cast<size_t>(box)]; };
        // round the timelines no way is drawn: it would be as long as they are
        const bool isAcross = link.from >= 0 && link.to >= 0 && side(link.from) != side(link.to);
        if (isAcross || drawn.splines[i].empty())
            continue;
        OuterEdge edge{link.from, link.to, drawn.splines[i]};
        for (Point& p : edge.path)
            p = {p.x + shiftX(side(link.from < 0 ? link.to : link.from)), p.y + shiftY};
        for (const Point& p : edge.path)
            layout.top = std::min(layout.top, p.y - 4);
        layout.edges.push_back(std::move(edge));
    }
    return layout;
}

}
