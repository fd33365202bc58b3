#include "views/canvas/cell_edges.h"

#include "views/canvas/metrics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace backstep {

namespace {

/// Heights count upwards from the axis here; the cell's y is their negative.
class Router
{
public:
    explicit Router(PlacedCell& placed) : m_placed(placed), m_outline(placed.cell.outline)
    {
        collectEntries();
    }

    void run()
    {
        std::set<int> drawnOut;
        for (size_t i = 0; i < m_outline.links.size(); ++i) {
            const CellLink& link = m_outline.links[i];
            const int index = static_cast<int>(i);
            if (link.carry < 0) {
                add(CellEdge::Inside, index, insidePath(index));
                continue;
            }
            if (link.from < 0 && drawnOut.insert(link.carry).second)
                add(CellEdge::Out, index, laneAcross(link.carry));
            else if (link.from >= 0 && drawnOut.insert(link.carry).second)
                add(CellEdge::Out, index, outPath(link));
            if (link.to >= 0)
                add(CellEdge::In, index, inPath(index));
        }
    }

private:
    const OpPlace& place(int op) const { return m_placed.places[static_cast<size_t>(op)]; }
    const Rect& box(int op) const { return m_placed.cell.boxes[static_cast<size_t>(op)]; }
    float lane(int carry) const { return m_placed.laneHeights[static_cast<size_t>(carry)]; }

    void add(CellEdge::Part part, int link, CubicPath path)
    {
        for (Point& p : path)
            p.y = -p.y;
        m_placed.cell.edges.push_back({part, link, std::move(path)});
    }

    bool isVertical(const CellLink& link) const
    {
        const OpPlace &a = place(link.from), &b = place(link.to);
        if (a.block != b.block || a.column != b.column)
            return false;
        const bool isJoined =
            m_placed.blocks[static_cast<size_t>(a.block)].isStack || columnOf(a).isChain;
        return isJoined && std::abs(a.row - b.row) == 1;
    }

    const Column& columnOf(const OpPlace& at) const
    {
        return m_placed.blocks[static_cast<size_t>(at.block)]
            .columns.columns[static_cast<size_t>(at.column)];
    }

    /// Several arrows into one box enter at different heights, in the order of their sources.
    void collectEntries()
    {
        std::map<int, std::vector<std::pair<float, int>>> arriving;
        for (size_t i = 0; i < m_outline.links.size(); ++i) {
            const CellLink& link = m_outline.links[i];
            if (link.to < 0 || (link.carry < 0 && isVertical(link)))
                continue;
            const float source = link.carry >= 0 ? lane(link.carry) : place(link.from).height;
            arriving[link.to].push_back({source, static_cast<int>(i)});
        }
        for (auto& [op, entries] : arriving) {
            std::sort(entries.begin(), entries.end());
            const float step = std::min(6.0f, 14.0f / static_cast<float>(entries.size()));
            for (size_t i = 0; i < entries.size(); ++i) {
                const float middle = (static_cast<float>(entries.size()) - 1) / 2;
                float height = place(op).height + (static_cast<float>(i) - middle) * step;
                const bool isNearlyLevel = std::abs(entries[i].first - height) <= 4 &&
                                           std::abs(entries[i].first - place(op).height) <= 8;
                if (isNearlyLevel)
                    height = entries[i].first;
                m_entry[entries[i].second] = {box(op).x, height};
            }
        }
    }

    CubicPath insidePath(int index) const
    {
        const CellLink& link = m_outline.links[static_cast<size_t>(index)];
        const OpPlace &a = place(link.from), &b = place(link.to);
        if (isVertical(link))
            return verticalPath(link);
        if (a.block == b.block && a.column == b.column)
            return sideArc(link);
        const Point entry = m_entry.at(index);
        CubicPath path{{box(link.from).right(), a.height}};
        lineTo(path, {a.right, a.height});
        const bool isInReach = a.block == b.block ? a.column < b.column : isNextDoor(a, b);
        if (!isInReach)
            return overheadPath(std::move(path), b, entry);
        if (a.block == b.block)
            followPassages(path, index, a, b);
        swingTo(path, {b.left, entry.y});
        lineTo(path, entry);
        return path;
    }

    CubicPath verticalPath(const CellLink& link) const
    {
        const OpPlace &a = place(link.from), &b = place(link.to);
        const CellBlock& block = m_placed.blocks[static_cast<size_t>(a.block)];
        const float x = block.isStack ? block.spine : box(link.from).centre().x;
        const float half = metrics::kBoxHeight / 2, up = b.height > a.height ? 1.0f : -1.0f;
        CubicPath path{{x, a.height + up * half}};
        lineTo(path, {x, b.height - up * half});
        return path;
    }

    /// Between ops of one column that are no neighbours: round the left side.
    CubicPath sideArc(const CellLink& link) const
    {
        const Point from{box(link.from).x, place(link.from).height};
        const Point to{box(link.to).x, place(link.to).height};
        const float bulge = std::min(from.x, to.x) - 12;
        return {from, {bulge, from.y}, {bulge, to.y}, to};
    }

    bool isNextDoor(const OpPlace& a, const OpPlace& b) const
    {
        const CellBlock& left = m_placed.blocks[static_cast<size_t>(a.block)];
        const bool isLast =
            left.isStack || a.column + 1 == static_cast<int>(left.columns.columns.size());
        return b.block == a.block + 1 && isLast && b.column == 0;
    }

    void followPassages(CubicPath& path, int link, const OpPlace& a, const OpPlace& b) const
    {
        const CellBlock& block = m_placed.blocks[static_cast<size_t>(a.block)];
        const float inner = block.left + metrics::kFramePadding;
        for (int c = a.column + 1; c < b.column; ++c) {
            const Column& column = block.columns.columns[static_cast<size_t>(c)];
            for (const ColumnItem& item : column.items)
                if (item.link == link) {
                    swingTo(path, {inner + column.left, item.height + m_placed.raise});
                    lineTo(path,
                           {inner + column.left + column.width, item.height + m_placed.raise});
                }
        }
    }

    /// Through the corridor beside the source up to a free height, along it, and down again.
    CubicPath overheadPath(CubicPath path, const OpPlace& b, Point entry) const
    {
        const float corridor = metrics::kColumnGap - 3;
        swingTo(path, {path.back().x + corridor, m_placed.overhead});
        lineTo(path, {std::max(b.left - corridor, path.back().x), m_placed.overhead});
        swingTo(path, {b.left, entry.y});
        lineTo(path, entry);
        return path;
    }

    CubicPath laneAcross(int carry) const
    {
        CubicPath path{{0, lane(carry)}};
        lineTo(path, {m_placed.cell.period, lane(carry)});
        return path;
    }

    CubicPath outPath(const CellLink& link) const
    {
        const OpPlace& a = place(link.from);
        CubicPath path{{box(link.from).right(), a.height}};
        if (a.right > path.back().x)
            lineTo(path, {a.right, a.height});
        const float corridorEnd = std::min(a.right + metrics::kColumnGap + 5, m_placed.cell.period);
        swingTo(path, {corridorEnd, lane(link.carry)});
        lineTo(path, {m_placed.cell.period, lane(link.carry)});
        return path;
    }

    CubicPath inPath(int index) const
    {
        const CellLink& link = m_outline.links[static_cast<size_t>(index)];
        const OpPlace& b = place(link.to);
        const Point entry = m_entry.at(index);
        constexpr float kLongestSwing = 110;
        const bool onTop = m_placed.carryOnTop[static_cast<size_t>(link.carry)];
        float start = onTop ? std::max(b.left - kLongestSwing, clearFrom(b, entry.y))
                            : b.left - metrics::kColumnGap - 3;
        CubicPath path{{0, lane(link.carry)}};
        start = std::max(start, 0.0f);
        if (start > 0)
            lineTo(path, {start, lane(link.carry)});
        swingTo(path, {b.left, entry.y});
        if (entry.x > b.left)
            lineTo(path, entry);
        return path;
    }

    /// From which x on nothing left of the op reaches above `height`: there a lane may come down.
    float clearFrom(const OpPlace& b, float height) const
    {
        float x = 0;
        for (size_t op = 0; op < m_placed.places.size(); ++op) {
            const Rect& other = box(static_cast<int>(op));
            if (other.right() < b.left && -other.y > height - 4)
                x = std::max(x, other.right() + 4);
        }
        return std::min(x, b.left - metrics::kColumnGap + 4);
    }

    PlacedCell& m_placed;
    const CellOutline& m_outline;
    std::map<int, Point> m_entry;
};

}

void routeEdges(PlacedCell& placed)
{
    Router(placed).run();
}

}
