#pragma once

#include "views/canvas/column_layout.h"
#include "views/canvas/column_ranks.h"

namespace backstep {

struct FoldedColumns {
    std::vector<Column> columns; ///< ops alone: no pills, no passages yet
    std::vector<int> columnOfRank;
};

/// Ranks become one column where every op that joins stands next to the one that feeds it, at an
/// end of the column: arrows between them are vertical, and a timestep stays narrow.
FoldedColumns foldRanksToColumns(const CellOutline& outline, const RankedOps& ranked);

/// Whether an op feeds the other in the same timestep.
bool isLinked(const CellOutline& outline, int from, int to);
/// Weights that the op reads.
int chipCount(const CellOutline& outline, int op);

}
