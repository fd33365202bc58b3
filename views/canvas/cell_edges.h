#pragma once

#include "views/canvas/cell_blocks.h"

namespace backstep {

/// Everything placed so far, by height above the axis.
struct PlacedCell {
    CellLayout& cell;
    const std::vector<CellBlock>& blocks;
    std::vector<OpPlace> places;    ///< by op
    std::vector<float> laneHeights; ///< by carry
    std::vector<bool> carryOnTop;
    float raise = 0;    ///< of everything in columns, for several lanes next to the axis
    float overhead = 0; ///< free height between the frames and the lanes above them
};

/// Draws every link as a path that goes round the boxes.
void routeEdges(PlacedCell& placed);

}
