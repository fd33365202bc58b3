#pragma once

#include "views/canvas/box_painter.h"
#include "views/canvas/camera.h"
#include "views/canvas/progress.h"
#include "views/canvas/strokes.h"

#include <QFont>

namespace backstep {

/// Fonts at a zoom, made from the view's own.
QFont nodeFont(const QFont& base, double zoom);

/// Draws one instance of a cell; `origin` is where x = 0 meets the axis, in whole pixels.
class CellPainter
{
public:
    CellPainter(const Palette& palette, const QFont& base, const Camera& camera, Detail detail,
                Bands bands);

    void paint(QPainter& painter, const CellLayout& cell, const CellLooks& looks,
               const CellProgress& progress, QPointF origin) const;
    /// What differs from timestep to timestep: the names of step inputs.
    void paintTimestepTexts(QPainter& painter, const CellLayout& cell, int64_t t, bool isDone,
                            QPointF origin) const;
    QRectF map(const Rect& rect, QPointF origin) const;

private:
    bool shows(Band band) const;
    QTransform transform(Band band, QPointF origin) const;
    void paintBlocks(QPainter& painter, const CellLayout& cell, const CellLooks& looks,
                     const CellProgress& progress, QPointF origin) const;
    void paintFrames(QPainter& painter, const CellLayout& cell, QPointF origin, Band band) const;
    void addForwardEdges(StrokeBatch& batch, const CellLayout& cell, const CellProgress& progress,
                         QPointF origin) const;
    void addGradientEdges(StrokeBatch& batch, const CellLayout& cell, const CellLooks& looks,
                          const CellProgress& progress, QPointF origin) const;
    void addSums(StrokeBatch& batch, const CellLayout& cell, const CellLooks& looks,
                 const CellProgress& progress, QPointF origin) const;
    void paintJoints(QPainter& painter, const CellLayout& cell, const CellLooks& looks,
                     const CellProgress& progress, QPointF origin) const;
    void paintChips(QPainter& painter, const CellLayout& cell, QPointF origin, Band band) const;
    void paintBoxes(QPainter& painter, const CellLayout& cell, const CellLooks& looks,
                    const CellProgress& progress, QPointF origin) const;
    void paintPorts(QPainter& painter, const CellLayout& cell, const CellLooks& looks,
                    const CellProgress& progress, QPointF origin) const;
    Stroke carryStroke(const CellLayout& cell, const CellLooks& looks, const CellProgress& progress,
                       int carry) const;

    const Palette& m_palette;
    QFont m_base, m_font;
    Camera m_camera;
    Detail m_detail;
    Bands m_bands;
};

}
