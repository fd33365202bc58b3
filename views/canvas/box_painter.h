#pragma once

#include "views/canvas/looks.h"
#include "views/style/palette.h"

#include <QFont>
#include <QPainter>

namespace backstep {

/// What a box shows; the rectangle is in device-independent pixels and already rounded.
struct BoxDrawing {
    QRectF rect;
    QString label; ///< empty: no text at this level of detail
    bool isPill = false;
    bool isDone = false;
    GradientLook look = GradientLook::Flows; ///< of gradient boxes
    bool stopsForward = false;               ///< of forward boxes: failed itself
};

/// Draws single boxes, chips and badges the way both bands need them.
class BoxPainter
{
public:
    BoxPainter(QPainter& painter, const Palette& palette, const QFont& font, double zoom);

    void forwardBox(const BoxDrawing& box) const;
    void gradientBox(const BoxDrawing& box) const;
    void chip(const QRectF& rect, const QString& label) const;
    /// At the top right corner of `rect`.
    void badge(const QRectF& rect, OpMark mark) const;
    /// What the check of the gradient said, at the lower right corner.
    void checkBadge(const QRectF& rect, CheckMark mark) const;
    static void badgeAt(QPainter& painter, const Palette& palette, const QFont& font,
                        QPointF centre, double diameter, const QString& glyph,
                        const QColor& colour);

private:
    double radiusOf(const BoxDrawing& box) const;
    void outline(const BoxDrawing& box, const QPen& pen, const QBrush& fill) const;
    void doubleOutline(const BoxDrawing& box, const QBrush& fill) const;
    void hatch(const BoxDrawing& box) const;
    void text(const BoxDrawing& box, const QColor& colour) const;

    QPainter& m_painter;
    const Palette& m_palette;
    QFont m_font;
    double m_zoom;
};

/// The colour of a box too small for an outline.
QColor blockColour(const Palette& palette, GradientLook look, bool isDone);
QColor forwardBlockColour(const Palette& palette, bool isDone);

}
