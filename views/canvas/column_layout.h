#pragma once

#include "views/canvas/cell_outline.h"
#include "views/canvas/geometry.h"

#include <algorithm>
#include <vector>

namespace backstep {

/// One thing in a column, by the height of its centre above the axis.
struct ColumnItem {
    int op = -1;    ///< a box,
    int input = -1; ///< or the pill of a step input,
    int link = -1;  ///< or the place where an edge to a farther column passes
    float height = 0;
    float above = 10, below = 10; ///< room that it takes
    bool isJoined = false;        ///< a vertical arrow leads to the item below it, or from there
};

struct Column {
    std::vector<ColumnItem> items; ///< upwards
    bool isChain = false; ///< ops that feed each other are neighbours, joined by vertical arrows
    float left = 0, boxWidth = 0, width = 0; ///< boxes are centred in the first boxWidth
    float centre() const { return left + boxWidth / 2; }
    /// Weights stand beside the ops of a chain, whose sides are free, else above their op.
    bool hasChipsBeside() const
    {
        return isChain && std::count_if(items.begin(), items.end(),
                                        [](const ColumnItem& item) { return item.op >= 0; }) > 1;
    }
};

/// The ops of one layer in columns, time to the right; x counts from the frame's inner left.
struct ColumnLayout {
    std::vector<Column> columns;
    float width = 0;
    float top = 0; ///< centre of the highest row
};

/// Which carries run above the ops; the others run next to the axis.
std::vector<bool> carriesOnTop(const CellOutline& outline);

/// Columns and their order come from dot, heights are ours: each op stands as near to the mean
/// height of its neighbours and lanes as its column lets it.
ColumnLayout layoutColumns(const CellOutline& outline, const std::vector<int>& ops,
                           const std::vector<bool>& carryOnTop);

}
