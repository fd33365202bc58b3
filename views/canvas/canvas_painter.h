#pragma once

#include "views/canvas/camera.h"
#include "views/canvas/canvas_state.h"
#include "views/style/palette.h"

#include <QFont>
#include <QPainter>
#include <QPixmap>

#include <vector>

namespace backstep {

/// Draws a scene through a camera: cells by level of detail, then the ops outside the timelines.
/// Keeps one pixmap per kind of cell instance and zoom, so that panning only copies.
class CanvasPainter
{
public:
    void paint(QPainter& painter, const CanvasState& state, const Camera& camera,
               const QRectF& viewport, Bands bands, const QFont& font);
    /// To be called when looks, palette or layout changed.
    void forget() { m_cells.clear(); }
    /// Never finer than this, whatever the zoom: for the overview.
    void setFinest(Detail detail) { m_finest = detail; }

private:
    struct Key {
        size_t strip;
        double zoom, ratio;
        Detail detail;
        Bands bands;
        CellProgress::State forward, backward;
        size_t kind; ///< of the strip's looks
        bool operator==(const Key&) const = default;
    };
    struct Cached {
        Key key;
        QPixmap pixmap;
    };
    void paintStripLinks(QPainter& painter, const CanvasState& state, const Camera& camera,
                         const QRectF& viewport, Bands bands) const;
    void paintStrip(QPainter& painter, const CanvasState& state, size_t index, const Camera& camera,
                    const QRectF& viewport, Bands bands, const QFont& font);
    void paintCells(QPainter& painter, const CanvasState& state, size_t index, const Camera& camera,
                    const QRectF& viewport, Bands bands, const QFont& font, Detail detail);
    const QPixmap& cellPixmap(const CanvasState& state, const Key& key, const Camera& camera,
                              const CellProgress& progress, const QFont& font);
    void paintBars(QPainter& painter, const CanvasState& state, size_t index, const Camera& camera,
                   const QRectF& viewport, Bands bands, bool isHeat) const;

    Detail m_finest = Detail::Text;
    std::vector<Cached> m_cells; ///< few; the oldest goes first
};

}
