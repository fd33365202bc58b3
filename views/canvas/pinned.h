#pragma once

#include "views/canvas/camera.h"
#include "views/canvas/canvas_state.h"
#include "views/style/palette.h"

#include <QFont>
#include <QPainter>

namespace backstep::pinned {

inline constexpr int kHeaderHeight = 32; ///< the strip of controls over the canvas
inline constexpr int kLaneWidth = 64, kTimeHeight = 28;

/// What stays in place while the cells scroll: names of lanes at the left, timesteps at the top.
void paintLaneLabels(QPainter& painter, const CanvasState& state, const Camera& camera,
                     const QRectF& viewport, Bands bands, const QFont& font);
void paintTimeHeader(QPainter& painter, const CanvasState& state, const Camera& camera,
                     const QRectF& viewport, int64_t current, const QFont& font);

/// 11 px for labels beside the graph; independent of the zoom.
QFont labelFont(const QFont& base, int pixels, QFont::Weight weight);

}
