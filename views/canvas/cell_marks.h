#pragma once

#include "views/canvas/cell_edges.h"

namespace backstep {

/// Frames around layers, with room for their names in both bands.
void placeFrames(PlacedCell& placed, float bandTop);

/// Chips beside or above their ops.
void placeWeights(PlacedCell& placed);

/// Pills of step inputs, with their arrows.
void placePills(PlacedCell& placed);

/// A lane for every weight under the backward band, and a way down to it from each chip.
void placeSumLanes(CellLayout& cell);

/// Time to the left: for a timeline whose last timestep runs first.
void mirrorTime(CellLayout& cell);

}
