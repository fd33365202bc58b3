#include "views/canvas/strip_links.h"

#include <algorithm>

namespace backstep {

namespace {

constexpr float kForwardX = 2, kGradientX = 5; ///< of the ways down, from the border of the cell
constexpr float kForwardGap = 12, kGradientGap = 17; ///< of the ways across, below the upper cell

/// Through ops that only change how the value lies in memory, to the Scan that made it.
ValueId sourceOf(const Graph& graph, ValueId value)
{
    constexpr int kFarthest = 6;
    for (int step = 0; step < kFarthest; ++step) {
        const NodeId producer = graph.value(value).producer;
        if (producer == kNoNode || graph.node(producer).isScan())
            return value;
        const Node& node = graph.node(producer);
        const char* const views[] = {"Squeeze", "Unsqueeze", "Transpose", "Reshape", "Identity"};
        if (std::none_of(std::begin(views), std::end(views),
                         [&](const char* type) { return node.op.is(type); }))
            return value;
        value = node.inputs[0];
    }
    return value;
}

/// Right angles with the corners rounded off.
CubicPath bentPath(const std::vector<Point>& points)
{
    constexpr float kRadius = 5;
    CubicPath path{points.front()};
    for (size_t i = 1; i + 1 < points.size(); ++i) {
        const auto towards = [&](Point to) {
            const Point at = points[i];
            const float x = std::clamp(to.x - at.x, -kRadius, kRadius);
            const float y = std::clamp(to.y - at.y, -kRadius, kRadius);
            return Point{at.x + x, at.y + y};
        };
        lineTo(path, towards(points[i - 1]));
        const Point end = towards(points[i + 1]);
        path.insert(path.end(), {points[i], points[i], end});
    }
    lineTo(path, points.back());
    return path;
}

class StripLinker
{
public:
    StripLinker(const Graph& graph, const std::vector<TimelineStrip>& strips)
        : m_graph(graph), m_strips(strips)
    {}

    std::vector<StripLink> run()
    {
        for (size_t to = 0; to < m_strips.size(); ++to) {
            const CellLayout& cell = *m_strips[to].cell;
            for (const CellPill& pill : cell.pills)
                addLinkTo(static_cast<int>(to), pill);
        }
        return std::move(m_links);
    }

private:
    const Region& regionOf(int strip) const
    {
        const TimelineId timeline = m_strips[static_cast<size_t>(strip)].cell->outline.timeline;
        return m_graph.region(m_graph.timeline(timeline).forward);
    }

    void addLinkTo(int to, const CellPill& pill)
    {
        const CellLayout& cell = *m_strips[static_cast<size_t>(to)].cell;
        const OutlineInput& input = cell.outline.inputs[static_cast<size_t>(pill.input)];
        const Region& region = regionOf(to);
        const auto at = std::find(region.stepInputs.begin(), region.stepInputs.end(), input.value);
        if (at == region.stepInputs.end())
            return;
        const size_t index =
            region.carries.size() + static_cast<size_t>(at - region.stepInputs.begin());
        const ValueId source = sourceOf(m_graph, m_graph.node(region.owner).inputs[index]);
        for (int from = 0; from < to; ++from)
            if (const int op = opBehind(from, source); op >= 0)
                addLink({from, op, to, input.op, {}, {}}, pill);
    }

    /// The op of a cell whose output at each timestep makes up the sequence; -1 if it is not one.
    int opBehind(int strip, ValueId sequence) const
    {
        const Region& region = regionOf(strip);
        const std::vector<ValueId>& outputs = m_graph.node(region.owner).outputs;
        for (size_t i = 0; i < region.stepOutputs.size(); ++i) {
            if (outputs[region.carries.size() + i] != sequence)
                continue;
            const auto& ops = m_strips[static_cast<size_t>(strip)].cell->outline.opOfNode;
            const auto op = ops.find(number(m_graph.value(region.stepOutputs[i]).producer));
            return op == ops.end() ? -1 : op->second;
        }
        return -1;
    }

    void addLink(StripLink link, const CellPill& pill)
    {
        const TimelineStrip& above = m_strips[static_cast<size_t>(link.from)];
        const TimelineStrip& below = m_strips[static_cast<size_t>(link.to)];
        if (above.stepCount != below.stepCount)
            return;
        const Point out = startIn(*above.cell, link.fromOp);
        const Rect reader = below.cell->boxes[static_cast<size_t>(link.toOp)];
        const bool leavesLeft = above.cell->outline.direction == Direction::Reverse;
        const bool entersRight = below.cell->outline.direction == Direction::Reverse;
        const float axisA = static_cast<float>(above.axisY);
        const float axisB = static_cast<float>(below.axisY);
        const float bottom = axisA + above.cell->bottom;
        const auto way = [&](Point from, Point to, float margin, float gap) {
            const float down = leavesLeft ? margin : above.cell->period - margin;
            const float in = entersRight ? below.cell->period - margin : margin;
            return bentPath(
                {from, {down, from.y}, {down, bottom + gap}, {in, bottom + gap}, {in, to.y}, to});
        };
        const float pillX = entersRight ? pill.rect.right() : pill.rect.x;
        const float readerX = entersRight ? reader.right() : reader.x;
        link.forward = way({out.x, axisA + out.y}, {pillX, axisB + pill.rect.centre().y}, kForwardX,
                           kForwardGap);
        link.gradient = way({out.x, axisA - out.y}, {readerX, axisB - reader.centre().y},
                            kGradientX, kGradientGap);
        m_links.push_back(std::move(link));
    }

    /// Where the value is at hand: on the lane of its carry, else at the side of its op.
    Point startIn(const CellLayout& cell, int op) const
    {
        const bool isReverse = cell.outline.direction == Direction::Reverse;
        for (const CellLink& link : cell.outline.links)
            for (const CellLane& lane : cell.carryLanes)
                if (link.from == op && link.carry == lane.carry)
                    return {isReverse ? 9.0f : cell.period - 9, lane.y};
        const Rect& box = cell.boxes[static_cast<size_t>(op)];
        return {isReverse ? box.x : box.right(), box.centre().y};
    }

    const Graph& m_graph;
    const std::vector<TimelineStrip>& m_strips;
    std::vector<StripLink> m_links;
};

}

std::vector<StripLink> linkStrips(const Graph& graph, const std::vector<TimelineStrip>& strips)
{
    return StripLinker(graph, strips).run();
}

}
