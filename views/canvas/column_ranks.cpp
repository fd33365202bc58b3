#include "views/canvas/column_ranks.h"

#include "views/canvas/dot.h"
#include "views/canvas/metrics.h"

#include <cmath>
#include <map>

namespace backstep {

namespace {

/// Height of a spline (y downwards) where it crosses x.
float splineAt(const CubicPath& path, float x, float otherwise)
{
    for (size_t i = 0; i + 3 < path.size(); i += 3)
        for (int s = 0; s <= 8; ++s)
            if (const Point p = cubicAt(&path[i], static_cast<float>(s) / 8.0f); p.x >= x)
                return p.y;
    return otherwise;
}

/// The graph of a group as dot sees it: its ops, its links, and an end on each side for every
/// carry, which draws the ops on a lane towards that lane.
class GroupRequest
{
public:
    GroupRequest(const CellOutline& outline, const std::vector<int>& ops,
                 const std::vector<bool>& carryOnTop)
        : m_outline(outline), m_ops(ops)
    {
        for (size_t i = 0; i < ops.size(); ++i) {
            m_index[ops[i]] = static_cast<int>(i);
            request.nodes.push_back(
                {outline.ops[static_cast<size_t>(ops[i])].width, metrics::kBoxHeight});
        }
        for (size_t i = 0; i < outline.links.size(); ++i)
            if (outline.links[i].carry < 0 && has(outline.links[i].from) &&
                has(outline.links[i].to))
                addLink(static_cast<int>(i));
        for (size_t i = 0; i < carryOnTop.size(); ++i)
            if (carryOnTop[i])
                addCarry(static_cast<int>(i));
        addSiblings();
    }

    /// How much lower than their rank the ops on the lanes above stand; positive: turn it over.
    float lean(const DotResult& drawn, const std::vector<bool>& carryOnTop) const
    {
        float sum = 0;
        for (const CellLink& link : m_outline.links)
            for (int end : {link.from, link.to})
                if (link.carry >= 0 && carryOnTop[static_cast<size_t>(link.carry)] && has(end))
                    sum += belowRank(drawn, static_cast<size_t>(m_index.at(end)));
        return sum;
    }

    DotRequest request;
    std::vector<int> links; ///< of each edge; -1 for those of carries

private:
    bool has(int op) const { return m_index.contains(op); }

    float belowRank(const DotResult& drawn, size_t op) const
    {
        float sum = 0, count = 0;
        for (size_t i = 0; i < m_ops.size(); ++i)
            if (std::abs(drawn.centres[i].x - drawn.centres[op].x) < 1)
                sum += drawn.centres[i].y, count += 1;
        return drawn.centres[op].y - sum / count;
    }

    void addLink(int link)
    {
        const CellLink& ends = m_outline.links[static_cast<size_t>(link)];
        request.edges.push_back({m_index[ends.from], m_index[ends.to], 1});
        links.push_back(link);
    }

    void addCarry(int carry)
    {
        for (const CellLink& link : m_outline.links) {
            if (link.carry != carry || request.nodes.size() + 2 > kMostDotNodes)
                continue;
            if (has(link.to)) {
                request.nodes.push_back({4, 4});
                request.edges.push_back(
                    {static_cast<int>(request.nodes.size()) - 1, m_index[link.to], 2});
                links.push_back(-1);
            }
            if (has(link.from)) {
                request.nodes.push_back({4, 4});
                request.edges.push_back(
                    {m_index[link.from], static_cast<int>(request.nodes.size()) - 1, 2});
                links.push_back(-1);
            }
        }
    }

    /// Gates stand one above the other: the ops that one op alone feeds share a rank.
    void addSiblings()
    {
        std::map<int, std::vector<int>> fedBy;
        std::map<int, int> inputCount;
        for (const CellLink& link : m_outline.links)
            if (link.carry < 0 && has(link.from) && has(link.to))
                ++inputCount[link.to];
        for (const CellLink& link : m_outline.links)
            if (link.carry < 0 && has(link.from) && has(link.to) && inputCount[link.to] == 1)
                fedBy[link.from].push_back(m_index[link.to]);
        for (auto& [from, siblings] : fedBy)
            if (siblings.size() >= 3)
                request.sameRank.push_back(siblings);
    }

    const CellOutline& m_outline;
    const std::vector<int>& m_ops;
    std::map<int, int> m_index;
};

/// Beyond dot's reach: ranks by longest path, order as the program has it.
RankedOps rankByDepth(const CellOutline& outline, const std::vector<int>& ops)
{
    std::map<int, int> depth;
    for (int op : ops)
        depth[op] = 0;
    for (int op : ops) // topological order, so one sweep
        for (const CellLink& link : outline.links)
            if (link.from == op && link.carry < 0 && depth.contains(link.to))
                depth[link.to] = std::max(depth[link.to], depth[op] + 1);
    RankedOps ranked;
    for (int op : ops) {
        const size_t rank = static_cast<size_t>(depth[op]);
        ranked.ranks.resize(std::max(ranked.ranks.size(), rank + 1));
        ranked.ranks[rank].push_back(
            {op, depth[op], static_cast<float>(ranked.ranks[rank].size())});
    }
    return ranked;
}

}

RankedOps rankOps(const CellOutline& outline, const std::vector<int>& ops,
                  const std::vector<bool>& carryOnTop)
{
    if (ops.size() > kMostDotNodes)
        return rankByDepth(outline, ops);
    const GroupRequest group(outline, ops, carryOnTop);
    const DotResult drawn = runDot(group.request);
    const float upwards = group.lean(drawn, carryOnTop) > 0 ? 1.0f : -1.0f;

    std::map<int, std::vector<RankedOps::Op>> byX; // one rank has one x
    for (size_t i = 0; i < ops.size(); ++i)
        byX[static_cast<int>(std::lround(drawn.centres[i].x))].push_back(
            {ops[i], 0, upwards * drawn.centres[i].y});
    RankedOps ranked;
    std::vector<float> rankX;
    for (auto& [x, members] : byX) {
        std::sort(members.begin(), members.end(),
                  [](const auto& a, const auto& b) { return a.order < b.order; });
        for (RankedOps::Op& op : members)
            op.rank = static_cast<int>(ranked.ranks.size());
        ranked.ranks.push_back(std::move(members));
        rankX.push_back(static_cast<float>(x));
    }
    for (size_t i = 0; i < group.links.size(); ++i) {
        if (group.links[i] < 0)
            continue;
        RankedOps::Passage passage{group.links[i], {}};
        const int to = group.request.edges[i].to;
        for (float x : rankX)
            passage.orderAtRank.push_back(
                upwards * splineAt(drawn.splines[i], x, drawn.centres[static_cast<size_t>(to)].y));
        ranked.passages.push_back(std::move(passage));
    }
    return ranked;
}

}
