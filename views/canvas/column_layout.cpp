#include "views/canvas/column_layout.h"

#include "views/canvas/column_folding.h"
#include "views/canvas/column_heights.h"
#include "views/canvas/column_ranks.h"
#include "views/canvas/metrics.h"

#include <algorithm>
#include <map>
#include <set>

namespace backstep {

namespace {

class ColumnBuilder
{
public:
    ColumnBuilder(const CellOutline& outline, const std::vector<int>& ops,
                  const std::vector<bool>& carryOnTop)
        : m_outline(outline), m_ranked(rankOps(outline, ops, carryOnTop))
    {}

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
    void foldRanks()
    {
        FoldedColumns folded = foldRanksToColumns(m_outline, m_ranked);
        m_layout.columns = std::move(folded.columns);
        m_rankOf = std::move(folded.columnOfRank);
        for (size_t column = 0; column < m_layout.columns.size(); ++column)
            for (const ColumnItem& item : m_layout.columns[column].items)
                m_columnOf[item.op] = static_cast<int>(column);
        for (const auto& rank : m_ranked.ranks)
            for (const RankedOps::Op& op : rank)
                m_orderOf[op.op] = op.order;
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
            const OutlineInput& input = m_outline.inputs[i];
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
                          [&](const OutlineInput& use) { return use.value == input; }));
    }

    void markJoints()
    {
        for (Column& column : m_layout.columns)
            for (size_t i = 1; i < column.items.size(); ++i) {
                const ColumnItem &below = column.items[i - 1], &item = column.items[i];
                const bool isOverPill = column.isChain && below.input >= 0 && item.op >= 0;
                column.items[i].isJoined = isOverPill || (below.op >= 0 && item.op >= 0 &&
                                                          (isLinked(m_outline, below.op, item.op) ||
                                                           isLinked(m_outline, item.op, below.op)));
            }
    }

    void addRoom()
    {
        for (Column& column : m_layout.columns) {
            const bool isBeside = column.hasChipsBeside();
            int rowsWithChips = 0, widestRow = 0;
            for (ColumnItem& item : column.items) {
                column.boxWidth = std::max(column.boxWidth, itemWidth(item));
                const int chips = item.op < 0 ? 0 : chipCount(m_outline, item.op);
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
