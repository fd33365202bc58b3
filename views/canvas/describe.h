#pragma once

#include "views/canvas/lane_labels.h"

#include <QString>

namespace backstep {

/// For screen readers: "Sign, layer my_activation, timestep 3 of 5, zero gradient".
QString describeBox(const CanvasState& state, const BoxRef& box);

/// Of the box, chip, lane or pill under a scene point; empty where there is nothing.
QString tooltipAt(const CanvasState& state, double x, double y, Bands bands);

/// The weight behind a sum, with shape and status; what a carry is.
QString laneTooltip(const CanvasState& state, const LaneLabel& label);

/// "t = 3" in the locale-free form that every view uses.
QString timestepText(int64_t t);

}
