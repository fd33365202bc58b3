#pragma once

#include "views/canvas/camera.h"
#include "views/canvas/canvas_state.h"

#include <QRectF>
#include <QString>

#include <vector>

namespace backstep {

/// The name of a carry or of a weight's sum, pinned at the left of the canvas.
struct LaneLabel {
    QString name;
    QRectF rect;      ///< in the viewport; no two of them meet
    double laneY = 0; ///< of the lane itself, which may lie a little higher or lower
    int strip = 0, lane = 0;
    bool isGradient = false;
    bool isSum = false; ///< `lane` counts the cell's sums, else its carries
    bool isIncomplete = false;
    Flow flow = Flow::Live;
};

/// Labels from top to bottom. Where lanes are nearer than text is high, labels move aside, as
/// little as they can; those that would have to go far are left out.
std::vector<LaneLabel> placeLaneLabels(const CanvasState& state, const Camera& camera,
                                       const QRectF& viewport, Bands bands);

}
