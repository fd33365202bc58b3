#include "views/plots/curves.h"

#include "views/plots/plot_frame.h"
#include "views/style/fonts.h"
#include "views/style/palette.h"
#include "views/style/value_text.h"

#include <QPainter>

#include <cmath>

namespace backstep {

namespace {

void paintAxes(QPainter& painter, const QRectF& plot, const CurveFrame& range,
               const PlotFrame& frame)
{
    const Palette& palette = Palette::current();
    painter.setFont(uiFont(10));
    for (double y : {-1.0, 0.0, 1.0}) {
        if (y < range.bottom || y > range.top)
            continue;
        const double level = frame.at(range.left, y).y();
        painter.setPen(y == 0 ? palette.controlBorder : palette.rule);
        painter.drawLine(QPointF(plot.left(), level), QPointF(plot.right(), level));
        painter.setPen(palette.second);
        painter.drawText(QRectF(plot.left() - 26, level - 7, 20, 14),
                         Qt::AlignRight | Qt::AlignVCenter, numberText(y));
    }
    for (double x : {range.left, range.left / 2, 0.0, range.right / 2, range.right}) {
        const QPointF foot = frame.at(x, range.bottom);
        painter.setPen(palette.second);
        painter.drawText(QRectF(foot.x() - 20, plot.bottom() + 2, 40, 13), Qt::AlignCenter,
                         numberText(x));
    }
    painter.setPen(QPen(palette.controlBorder, 1, Qt::DotLine));
    painter.drawLine(frame.at(0, range.bottom), frame.at(0, range.top));
}

}

QPainterPath pathOf(const Curve& curve, const PlotFrame& frame)
{
    const CurveFrame& range = frame.range();
    QPainterPath path;
    bool isPenDown = false;
    double previous = 0;
    for (size_t i = 0; i < curve.y.size(); ++i) {
        const double x = range.left + (range.right - range.left) * static_cast<double>(i) /
                                          static_cast<double>(curve.y.size() - 1);
        const double y = curve.y[i];
        const bool jumps = isPenDown && std::abs(y - previous) > 0.2 * (range.top - range.bottom);
        const bool isInside = std::isfinite(y) && y >= range.bottom && y <= range.top;
        if (!isInside)
            isPenDown = false;
        else if (!isPenDown || jumps)
            path.moveTo(frame.at(x, y));
        else
            path.lineTo(frame.at(x, y));
        isPenDown = isInside;
        previous = y;
    }
    return path;
}

void paintCurve(QPainter& painter, const Curve& curve, const PlotFrame& frame)
{
    const QPainterPath path = pathOf(curve, frame);
    painter.setBrush(Qt::NoBrush);
    if (curve.line == Curve::Line::Double) {
        painter.setPen(QPen(curve.colour, 1));
        painter.drawPath(path.translated(0, -1.5));
        painter.drawPath(path.translated(0, 1.5));
        return;
    }
    painter.setPen(
        QPen(curve.colour, 1.75, curve.line == Curve::Line::Dashed ? Qt::DashLine : Qt::SolidLine));
    painter.drawPath(path);
}

std::vector<double> roundTicks(double low, double high, int count)
{
    const double rough = (high - low) / std::max(1, count);
    if (!(rough > 0) || !std::isfinite(rough))
        return {low};
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double digit = rough / power;
    const double step = power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
    std::vector<double> ticks;
    for (double at = std::ceil(low / step - 1e-9); at * step <= high + 1e-9 * step; ++at)
        ticks.push_back(at == 0 ? 0 : at * step);
    return ticks;
}

void paintCurves(QPainter& painter, const QRectF& area, const CurveFrame& range,
                 const std::vector<Curve>& curves)
{
    const QRectF plot = area.adjusted(30, 6, -12, -17);
    const PlotFrame frame(plot, range);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintAxes(painter, plot, range, frame);
    for (const Curve& curve : curves)
        paintCurve(painter, curve, frame);
    painter.restore();
}

}
