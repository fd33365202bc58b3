#pragma once

#include "views/canvas/column_layout.h"

namespace backstep {

/// Gives every item its height: order and least distances are kept, and the squared distance to the
/// mean of its neighbours is least (isotonic regression a column, swept until it settles).
void settleHeights(const CellOutline& outline, const std::vector<bool>& carryOnTop,
                   ColumnLayout& layout);

}
