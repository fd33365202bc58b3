#pragma once

#include "views/plots/curves.h"

#include <QPainterPath>
#include <QPointF>

namespace backstep {

/// Where the numbers of a plot lie in its area.
class PlotFrame
{
public:
    PlotFrame(const QRectF& area, const CurveFrame& range) : m_area(area), m_range(range) {}
    const QRectF& area() const { return m_area; }
    const CurveFrame& range() const { return m_range; }
    QPointF at(double x, double y) const
    {
        return {m_area.left() +
                    (x - m_range.left) / (m_range.right - m_range.left) * m_area.width(),
                m_area.bottom() -
                    (y - m_range.bottom) / (m_range.top - m_range.bottom) * m_area.height()};
    }
    double xAt(double pixel) const
    {
        return m_range.left +
               (pixel - m_area.left()) / m_area.width() * (m_range.right - m_range.left);
    }

private:
    QRectF m_area;
    CurveFrame m_range;
};

/// The line of a curve inside its frame, with gaps where it jumps or is not finite.
QPainterPath pathOf(const Curve& curve, const PlotFrame& frame);
/// Draws that line as the curve says: solid, dashed or double.
void paintCurve(QPainter& painter, const Curve& curve, const PlotFrame& frame);

/// Round numbers from `low` to `high`, about `count` of them: steps of 1, 2 or 5 times a power of
/// ten.
std::vector<double> roundTicks(double low, double high, int count);

}
