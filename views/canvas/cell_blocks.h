#pragma once

#include "views/canvas/cell_layout.h"
#include "views/canvas/column_layout.h"

namespace backstep {

/// A part of the cell that stands beside the others: one layer in columns, or layers whose ops form
/// a chain, stacked upwards.
struct CellBlock {
    std::vector<std::vector<int>> layers; ///< ops of each layer, upwards; columns have one
    bool isStack = false;
    ColumnLayout columns; ///< unless it is a stack
    float left = 0, width = 0;
    float centre = 0, spine = 0; ///< of a stack: middle of its boxes, line of its arrows
    float boxWidth = 0;
};

/// Layers into blocks: those with a carry or with branches get columns, plain chains get stacked on
/// the block that feeds them.
std::vector<CellBlock> blocksOf(const CellOutline& outline, const std::vector<bool>& carryOnTop);

/// Where an op stands: what edges need to know.
struct OpPlace {
    int block = -1, column = -1;
    int row = 0;               ///< position in the column or stack, upwards
    float left = 0, right = 0; ///< of its column: beside it is a corridor without boxes
    float height = 0;
};

}
