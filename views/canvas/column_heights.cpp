#include "views/canvas/column_heights.h"

#include "views/canvas/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace backstep {

namespace {

constexpr float kTopLane = 150;  ///< roughly; the real height follows from the result
constexpr float kGravity = 0.8f; ///< keeps what nothing holds up near the axis
constexpr int kSweeps = 12;

float distance(const ColumnItem& lower, const ColumnItem& upper)
{
    const float touching = lower.above + upper.below;
    if (upper.isJoined)
        return std::max(metrics::kChainPitch, touching + 9);
    return touching + (lower.link >= 0 || upper.link >= 0 ? 2 : metrics::kRowPitch - 20);
}

std::vector<float> stacked(const Column& column)
{
    std::vector<float> offset(column.items.size(), 0);
    for (size_t i = 1; i < column.items.size(); ++i)
        offset[i] = offset[i - 1] + distance(column.items[i - 1], column.items[i]);
    return offset;
}

/// Heights at least `distance` apart, at most `highest` and nearest to what is wanted (pool
/// adjacent violators).
void settleColumn(Column& column, const std::vector<float>& wanted, float highest)
{
    struct Pool {
        float sum, count;
        size_t first;
        float mean() const { return sum / count; }
    };
    if (column.items.empty())
        return;
    const std::vector<float> offset = stacked(column);
    std::vector<Pool> pools;
    for (size_t i = 0; i < column.items.size(); ++i) {
        pools.push_back({wanted[i] - offset[i], 1, i});
        while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
            pools[pools.size() - 2].sum += pools.back().sum;
            pools[pools.size() - 2].count += pools.back().count;
            pools.pop_back();
        }
    }
    const float lowest = metrics::kFirstRow + column.items[0].below - 10;
    const float uppermost = std::max(lowest, highest - offset.back());
    for (size_t p = 0; p < pools.size(); ++p) {
        const size_t end = p + 1 < pools.size() ? pools[p + 1].first : column.items.size();
        for (size_t i = pools[p].first; i < end; ++i)
            column.items[i].height = std::clamp(pools[p].mean(), lowest, uppermost) + offset[i];
    }
}

struct Pull {
    const ColumnItem* item; ///< null: a fixed height
    float height, weight;
};

class Settler
{
public:
    Settler(const CellOutline& outline, const std::vector<bool>& carryOnTop, ColumnLayout& layout)
        : m_outline(outline), m_layout(layout)
    {
        for (Column& column : layout.columns)
            for (ColumnItem& item : column.items) {
                if (item.op >= 0)
                    m_itemOf[item.op] = &item;
                if (item.link >= 0)
                    m_passages[item.link].push_back(&item);
            }
        for (size_t i = 0; i < outline.links.size(); ++i)
            addPulls(static_cast<int>(i), carryOnTop);
        for (Column& column : layout.columns)
            for (ColumnItem& item : column.items)
                addInputPull(item);
    }

    void run()
    {
        // no higher than the fullest column needs: the band stays low
        float highest = 0;
        for (const Column& column : m_layout.columns)
            if (!column.items.empty())
                highest = std::max(highest, metrics::kFirstRow + stacked(column).back());
        for (Column& column : m_layout.columns)
            settleColumn(column, std::vector<float>(column.items.size(), 0), highest);
        for (int sweep = 0; sweep < kSweeps; ++sweep) {
            for (auto column = m_layout.columns.rbegin(); column != m_layout.columns.rend();
                 ++column)
                settleColumn(*column, wishes(*column), highest);
            for (Column& column : m_layout.columns)
                settleColumn(column, wishes(column), highest);
        }
        for (Column& column : m_layout.columns)
            for (ColumnItem& item : column.items)
                item.height = std::round(item.height);
    }

    /// Length of all edges, up and down.
    float cost()
    {
        float sum = 0;
        for (const auto& [item, pulls] : m_pulls)
            for (const Pull& pull : pulls)
                sum += pull.weight *
                       std::abs(item->height - (pull.item ? pull.item->height : pull.height));
        return sum;
    }

    /// Sorts every column by where its items would like to be. Ends the life of this settler.
    void reorder()
    {
        for (Column& column : m_layout.columns) {
            if (column.isChain)
                continue;
            const std::vector<float> wanted = wishes(column);
            std::vector<size_t> order(wanted.size());
            std::iota(order.begin(), order.end(), size_t{0});
            std::stable_sort(order.begin(), order.end(),
                             [&](size_t a, size_t b) { return wanted[a] < wanted[b]; });
            m_sorted.emplace_back();
            for (size_t i : order)
                m_sorted.back().push_back(column.items[i]);
        }
        auto sorted = m_sorted.begin();
        for (Column& column : m_layout.columns)
            if (!column.isChain)
                column.items = std::move(*sorted++);
    }

private:
    void addPulls(int link, const std::vector<bool>& carryOnTop)
    {
        const CellLink& ends = m_outline.links[static_cast<size_t>(link)];
        const auto from = m_itemOf.find(ends.from), to = m_itemOf.find(ends.to);
        const bool hasFrom = from != m_itemOf.end(), hasTo = to != m_itemOf.end();
        if (ends.carry >= 0) {
            const float lane = carryOnTop[static_cast<size_t>(ends.carry)] ? kTopLane : 0;
            if (hasFrom)
                m_pulls[from->second].push_back({nullptr, lane, 2});
            if (hasTo)
                m_pulls[to->second].push_back({nullptr, lane, 3});
        } else if (hasFrom && hasTo) {
            // one of many results weighs little: gates must not all climb to their source
            const float weight = fanOut(ends.from) >= 3 ? 0.03f : 1.0f;
            std::vector<ColumnItem*> way{from->second};
            way.insert(way.end(), m_passages[link].begin(), m_passages[link].end());
            way.push_back(to->second);
            for (size_t i = 1; i < way.size(); ++i) {
                m_pulls[way[i - 1]].push_back({way[i], 0, weight});
                m_pulls[way[i]].push_back({way[i - 1], 0, weight});
            }
        } else if (hasFrom) { // towards the stack of layers at the right, which starts at the
                              // bottom
            m_pulls[from->second].push_back({nullptr, metrics::kFirstRow, 1});
        }
    }

    void addInputPull(ColumnItem& pill)
    {
        if (pill.input < 0)
            return;
        const ValueId value = m_outline.inputs[static_cast<size_t>(pill.input)].value;
        for (const OutlineInput& use : m_outline.inputs)
            if (use.value == value && m_itemOf.contains(use.op))
                m_pulls[&pill].push_back({m_itemOf[use.op], 0, 1});
    }

    int fanOut(int op) const
    {
        int count = 0;
        for (const CellLink& link : m_outline.links)
            count += link.from == op && link.carry < 0;
        return count;
    }

    std::vector<float> wishes(const Column& column)
    {
        std::vector<float> wanted;
        for (const ColumnItem& item : column.items) {
            float sum = metrics::kFirstRow * kGravity, weight = kGravity;
            for (const Pull& pull : m_pulls[&item]) {
                sum += (pull.item ? pull.item->height : pull.height) * pull.weight;
                weight += pull.weight;
            }
            wanted.push_back(sum / weight);
        }
        return wanted;
    }

    const CellOutline& m_outline;
    ColumnLayout& m_layout;
    std::map<int, ColumnItem*> m_itemOf;
    std::map<int, std::vector<ColumnItem*>> m_passages;
    std::map<const ColumnItem*, std::vector<Pull>> m_pulls;
    std::vector<std::vector<ColumnItem>> m_sorted;
};

}

void settleHeights(const CellOutline& outline, const std::vector<bool>& carryOnTop,
                   ColumnLayout& layout)
{
    // dot knows nothing of our lanes: try orders that lean towards them, keep the shortest edges
    constexpr int kAttempts = 6;
    ColumnLayout best = layout;
    float bestCost = std::numeric_limits<float>::max();
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        Settler settler(outline, carryOnTop, layout);
        settler.run();
        if (const float cost = settler.cost(); cost < bestCost - 1) {
            bestCost = cost;
            best = layout;
        }
        settler.reorder();
    }
    layout = std::move(best);
}

}
