#include "views/canvas/column_folding.h"

#include <algorithm>

namespace backstep {

namespace {

constexpr size_t kLongestChain = 3;  ///< ops in one line
constexpr size_t kTallestColumn = 5; ///< when several lines meet in it

class ColumnFolder
{
public:
    ColumnFolder(const CellOutline& outline, const RankedOps& ranked)
        : m_outline(outline), m_ranked(ranked)
    {}

    FoldedColumns run()
    {
        auto& columns = m_folded.columns;
        for (const auto& rank : m_ranked.ranks) {
            if (&rank == &m_ranked.ranks.back() && !columns.empty() &&
                meetsIn(columns.back(), rank)) {
                Column& column = columns.back();
                column.items.insert(column.items.begin() + 1, {.op = rank[0].op});
                column.isChain = true;
                m_folded.columnOfRank.push_back(static_cast<int>(columns.size()) - 1);
                continue;
            }
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
            }
            m_folded.columnOfRank.push_back(static_cast<int>(columns.size()) - 1);
        }
        return std::move(m_folded);
    }

private:
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
                if (isLinked(m_outline, item.op, op) && item.op != end)
                    return false;
                // at the sides of a column that is no single line arrows come and go: no room
                if (!isLine && chipCount(m_outline, item.op) + chipCount(m_outline, op) > 0)
                    return false;
            }
            isFed |= isLinked(m_outline, end, op);
        }
        return isFed;
    }

    /// The last op, fed by the two of a column and by nothing of their side, stands between them.
    bool meetsIn(const Column& column, const std::vector<RankedOps::Op>& rank) const
    {
        if (rank.size() != 1 || column.items.size() != 2 || column.isChain)
            return false;
        const int below = column.items[0].op, above = column.items[1].op, op = rank[0].op;
        const int chips =
            chipCount(m_outline, below) + chipCount(m_outline, above) + chipCount(m_outline, op);
        return chips == 0 && isLinked(m_outline, below, op) && isLinked(m_outline, above, op) &&
               !isLinked(m_outline, below, above) && !isLinked(m_outline, above, below);
    }

    bool isEveryNeighbourLinked(const Column& column) const
    {
        for (size_t i = 1; i < column.items.size(); ++i)
            if (!isLinked(m_outline, column.items[i - 1].op, column.items[i].op) &&
                !isLinked(m_outline, column.items[i].op, column.items[i - 1].op))
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
        return bottom == top ? m_folded.columns.size() > 1
                             : isLinked(m_outline, bottom, rank[i].op);
    }

    const CellOutline& m_outline;
    const RankedOps& m_ranked;
    FoldedColumns m_folded;
};

}

FoldedColumns foldRanksToColumns(const CellOutline& outline, const RankedOps& ranked)
{
    return ColumnFolder(outline, ranked).run();
}

bool isLinked(const CellOutline& outline, int from, int to)
{
    return std::any_of(outline.links.begin(), outline.links.end(), [&](const CellLink& link) {
        return link.from == from && link.to == to && link.carry < 0;
    });
}

int chipCount(const CellOutline& outline, int op)
{
    return static_cast<int>(std::count_if(outline.weights.begin(), outline.weights.end(),
                                          [&](const CellWeight& use) { return use.op == op; }));
}

}
