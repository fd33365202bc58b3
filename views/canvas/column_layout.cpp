#include "views/canvas/column_layout.h"

#include "views/canvas/column_heights.h"
#include "views/canvas/column_ranks.h"
#include "views/canvas/metrics.h"

#include <algorithm>
#include <map>
#include <set>

namespace backstep
{

namespace
{

constexpr size_t kLongestChain = 3;  ///< ops in one line
constexpr size_t kTallestColumn = 5; ///< when several lines meet in it

class ColumnBuilder
{
public:
    ColumnBuilder(const CellOutline& outline, const std::vector<int>& ops,
                  const std::vector<bool>& carryOnTop)
        : m_outline(outline), m_ranked(rankOps(outline, ops, carryOnTop))
    {
    }

    ColumnLayout build(const std::vector<bool>& carryOnTop)
    {
        foldRanks();
        addPassages();
        addInputs();
        addRoom();
        markJoints();
        settleHeights(m_outline, carryOnTop, m_layout);
        place();
        return std::move(m_layout);
    }

private:
    bool isLinked(int from, int to) const
    {
        return std::any_of(m_outline.links.begin(), m_outline.links.end(), [&](const CellLink& l) {
            return l.from == from && l.to == to && l.carry < 0;
        });
    }

    /// Ranks become one column where every op that joins stands next to the one that feeds it, at
    /// an end of the column: arrows between them are vertical, and a timestep stays narrow.
    void foldRanks()
    {
        auto& columns = m_layout.columns;
        for (const auto& rank : m_ranked.ranks) {
            const bool joins = !columns.empty() && canJoin(columns.back(), rank);
            if (!joins)
                columns.emplace_back();
            Column& column = columns.back();
            column.isChain = joins;
            for (size_t i = 0; i < rank.size(); ++i) {
                const int op = rank[i].op;
                const bool goesBelow = joins && isAtBottom(column, rank, i);
                column.items.insert(goesBelow ? column.items.begin() : column.items.end(),
                                    {.op = op});
                m_columnOf[op] = static_cast<int>(columns.size()) - 1;
                m_orderOf[op] = rank[i].order;
            }
            m_rankOf.push_back(static_cast<int>(columns.size()) - 1);
        }
    }

    bool canJoin(const Column& column, const std::vector<RankedOps::Op>& rank) const
    {
        const bool isLine = rank.size() == 1 && (column.isChain || column.items.size() == 1) &&
                            isEveryNeighbourLinked(column);
        if (rank.size() > 2 ||
            column.items.size() + rank.size() > (isLine ? kLongestChain : kTallestColumn))
            return false;
        bool isFed = false;
        for (size_t i = 0; i < rank.size(); ++i) {
            const int op = rank[i].op;
            const int end =
                isAtBottom(column, rank, i) ? column.items.front().op : column.items.back().op;
            for (const ColumnItem& item : column.items) {
                if (isLinked(item.op, op) && item.op != end)
                    return false;
                // at the sides of a column that is no single line arrows come and go: no room
                if (!isLine && chipCount(item.op) + chipCount(op) > 0)
                    return false;
            }
            isFed |= isLinked(end, op);
        }
        return isFed;
    }

    bool isEveryNeighbourLinked(const Column& column) const
    {
        for (size_t i = 1; i < column.items.size(); ++i)
            if (!isLinked(column.items[i - 1].op, column.items[i].op) &&
                !isLinked(column.items[i].op, column.items[i - 1].op))
                return false;
        return true;
    }

    /// The end at which an op joins. Of two the lower goes below; one goes to the op that feeds it.
    /// Inputs come from below, so the first line of ops climbs; later ones come down to the axis.
    bool isAtBottom(const Column& column, const std::vector<RankedOps::Op>& rank, size_t i) const
    {
        if (rank.size() > 1)
            return i == 0;
        const int bottom = column.items.front().op, top = column.items.back().op;
        return bottom == top ? m_layout.columns.size() > 1 : isLinked(bottom, rank[i].op);
    }

    void addPassages()
    {
        for (const RankedOps::Passage& passage : m_ranked.passages) {
            const CellLink& link = m_outline.links[static_cast<size_t>(passage.link)];
            const int first = m_columnOf[link.from], last = m_columnOf[link.to];
            for (int column = first + 1; column < last; ++column) {
                const auto rank = std::find(m_rankOf.begin(), m_rankOf.end(), column);
                const float order =
                    passage.orderAtRank[static_cast<size_t>(rank - m_rankOf.begin())];
                insertPassage(m_layout.columns[static_cast<size_t>(column)], passage.link, order);
            }
        }
    }

    void insertPassage(Column& column, int link, float order)
    {
        ColumnItem item{.link = link, .above = 4, .below = 4};
        auto place = column.items.begin();
        if (column.isChain) { // not between the ops of a chain: there runs its arrow
            float mean = 0, count = 0;
            for (const ColumnItem& other : column.items)
                if (other.op >= 0)
                    mean += m_orderOf[other.op], ++count;
            place = order > mean / count ? column.items.end() : column.items.begin();
        } else {
            place = std::find_if(column.items.begin(), column.items.end(),
                                 [&](const ColumnItem& other) { return orderOf(other) > order; });
        }
        m_passageOrder[link] = order;
        column.items.insert(place, item);
    }

    float orderOf(const ColumnItem& item)
    {
        return item.op >= 0 ? m_orderOf[item.op] : m_passageOrder[item.link];
    }

    /// The pill of a step input stands under its op in the first column, or in a column of its own.
    void addInputs()
    {
        std::map<ValueId, int> firstUse;
        Column own;
        for (size_t i = 0; i < m_outline.inputs.size(); ++i) {
            const CellInput& input = m_outline.inputs[i];
            if (!m_columnOf.contains(input.op) || !firstUse.emplace(input.value, 0).second)
                continue;
            Column& first = m_layout.columns.front();
            const bool isBelow = first.items.front().op == input.op &&
                                 (first.isChain || first.items.size() == 1) &&
                                 usesOf(input.value) == 1;
            ColumnItem pill{.input = static_cast<int>(i), .above = 9, .below = 9};
            if (isBelow) {
                first.items.insert(first.items.begin(), pill);
                first.isChain = true;
            } else {
                own.items.push_back(pill);
            }
        }
        if (!own.items.empty())
            m_layout.columns.insert(m_layout.columns.begin(), own);
    }

    int usesOf(ValueId input) const
    {
        return static_cast<int>(
            std::count_if(m_outline.inputs.begin(), m_outline.inputs.end(),
                          [&](const CellInput& use) { return use.value == input; }));
    }

    void markJoints()
    {
        for (Column& column : m_layout.columns)
            for (size_t i = 1; i < column.items.size(); ++i) {
                const ColumnItem &below = column.items[i - 1], &item = column.items[i];
                const bool isOverPill = column.isChain && below.input >= 0 && item.op >= 0;
                column.items[i].isJoined =
                    isOverPill || (below.op >= 0 && item.op >= 0 &&
                                   (isLinked(below.op, item.op) || isLinked(item.op, below.op)));
            }
    }

    void addRoom()
    {
        for (Column& column : m_layout.columns) {
            const bool isBeside = column.hasChipsBeside();
            int rowsWithChips = 0, widestRow = 0;
            for (ColumnItem& item : column.items) {
                column.boxWidth = std::max(column.boxWidth, itemWidth(item));
                const int chips = item.op < 0 ? 0 : chipCount(item.op);
                if (chips == 0)
                    continue;
                ++rowsWithChips;
                widestRow = std::max(widestRow, chips);
                if (!isBeside)
                    item.above += metrics::kChipHeight + 2 * metrics::kChipGap;
            }
            column.width = column.boxWidth;
            if (widestRow == 0)
                continue;
            const float row = static_cast<float>(widestRow) * metrics::kChipPitch;
            if (isBeside)
                column.width += row + (rowsWithChips > 1 ? metrics::kChipPitch / 2 : 0);
            else
                column.width = column.boxWidth = std::max(column.boxWidth, row);
        }
    }

    float itemWidth(const ColumnItem& item) const
    {
        if (item.op >= 0)
            return m_outline.ops[static_cast<size_t>(item.op)].width;
        return item.input >= 0 ? metrics::kNarrowestBox : 0;
    }

    int chipCount(int op) const
    {
        return static_cast<int>(std::count_if(m_outline.weights.begin(), m_outline.weights.end(),
                                              [&](const CellWeight& use) { return use.op == op; }));
    }

    void place()
    {
        float x = 0;
        for (Column& column : m_layout.columns) {
            column.left = x;
            x += column.width + metrics::kColumnGap;
            for (const ColumnItem& item : column.items)
                m_layout.top = std::max(m_layout.top, item.height + item.above - 10);
        }
        m_layout.width = x - metrics::kColumnGap;
    }

    const CellOutline& m_outline;
    RankedOps m_ranked;
    ColumnLayout m_layout;
    std::vector<int> m_rankOf; ///< column of each rank
    std::map<int, int> m_columnOf;
    std::map<int, float> m_orderOf, m_passageOrder;
};

}

std::vector<bool> carriesOnTop(const CellOutline& outline)
{
    // an op that reads a carry and nothing of its own timestep stands at the left: its lane stays
    // next to the axis; the other lanes have a free way above
    std::set<int> fed;
    for (const CellLink& link : outline.links)
        if (link.carry < 0 && link.from >= 0 && link.to >= 0)
            fed.insert(link.to);
    std::vector<bool> onTop(outline.carries.size(), outline.carries.size() > 1);
    std::vector<int> weightUsers;
    for (const CellWeight& use : outline.weights)
        weightUsers.push_back(use.op);
    for (const CellLink& link : outline.links) {
        if (link.carry < 0 || link.to < 0)
            continue;
        const bool isProduct =
            std::find(weightUsers.begin(), weightUsers.end(), link.to) != weightUsers.end();
        if (!fed.contains(link.to) || isProduct)
            onTop[static_cast<size_t>(link.carry)] = false;
    }
    return onTop;
}

ColumnLayout layoutColumns(const CellOutline& outline, const std::vector<int>& ops,
                           const std::vector<bool>& carryOnTop)
{
    return ColumnBuilder(outline, ops, carryOnTop).build(carryOnTop);
}

}
