#pragma once

#include "views/canvas/camera.h"
#include "views/canvas/canvas_state.h"

#include <QFont>
#include <QPainter>

namespace backstep::overlay {

/// Dot grid and the wash over the current timestep, below the cells.
void paintGround(QPainter& painter, const CanvasState& state, const Camera& camera,
                 const QRectF& viewport, int64_t current);

struct Marks {
    BoxRef selected, hovered;
    bool isEverywhere = false;
    Bands bands = Bands::Both;
    QFont font; ///< of the badges, which stand above the rings
};

/// Selection rings, the arrow at the current op, saved values of the hovered or selected op.
void paintMarks(QPainter& painter, const CanvasState& state, const Camera& camera,
                const QRectF& viewport, const Marks& marks);

}
