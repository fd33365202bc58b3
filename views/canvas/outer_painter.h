#pragma once

#include "views/canvas/camera.h"
#include "views/canvas/canvas_state.h"

#include <QFont>
#include <QPainter>

namespace backstep {

/// Draws the ops outside every timeline; at most about 300 boxes, so directly.
void paintOuter(QPainter& painter, const CanvasState& state, const Camera& camera,
                const QRectF& viewport, Bands bands, const QFont& font);

}
