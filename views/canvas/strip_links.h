#pragma once

#include "views/canvas/scene.h"

#include <vector>

namespace backstep {

/// A value that goes from one timeline to the next at every timestep, as between stacked layers.
/// Paths count x from the left border of the timestep, y as the scene does.
struct StripLink {
    int from = -1, fromOp = -1; ///< index of the timeline, op of its cell
    int to = -1, toOp = -1;
    CubicPath forward;  ///< from the op, or from the lane of its carry, to the input's pill
    CubicPath gradient; ///< the same way below, still from producer to reader
};

std::vector<StripLink> linkStrips(const Graph& graph, const std::vector<TimelineStrip>& strips);

}
