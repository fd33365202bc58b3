#pragma once

#include "views/canvas/camera.h"
#include "views/canvas/canvas_state.h"
#include "views/canvas/cut_paths.h"

#include <QPainter>

namespace backstep {

/// Marks the way of the gradient that is missing, as with a broad pen: its boxes and edges at
/// every timestep in view, and the weights at its end.
void paintCutPaths(QPainter& painter, const CanvasState& state, const CutPaths& paths,
                   const Camera& camera, const QRectF& viewport, Bands bands);

}
