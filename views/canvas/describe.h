#pragma once

#include "views/canvas/canvas_state.h"

#include <QString>

namespace backstep
{

/// For screen readers: "Sign, layer my_activation, timestep 3 of 5, zero gradient".
QString describeBox(const CanvasState& state, const BoxRef& box);

/// Of the box, chip, lane or pill under a scene point; empty where there is nothing.
QString tooltipAt(const CanvasState& state, double x, double y, Bands bands);

/// "t = 3" in the locale-free form that every view uses.
QString timestepText(int64_t t);

}
