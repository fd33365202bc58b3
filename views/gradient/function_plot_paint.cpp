// How the plot of the editors is drawn.

#include "views/gradient/function_plot.h"

#include "views/style/fonts.h"
#include "views/style/palette.h"
#include "views/style/value_text.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr double kNameHeight = 18;

/// No curve runs through the place.
bool isFree(const QRectF& place, const std::vector<Curve>& curves, const PlotFrame& frame)
{
    for (const Curve& curve : curves)
        for (size_t i = 0; i < curve.y.size(); ++i) {
            const CurveFrame& range = frame.range();
            const double x = range.left + (range.right - range.left) * static_cast<double>(i) /
                                              static_cast<double>(curve.y.size() - 1);
            if (std::isfinite(curve.y[i]) && place.contains(frame.at(x, curve.y[i])))
                return false;
        }
    return true;
}

}

void FunctionPlot::paintGrid(QPainter& painter, const PlotFrame& frame) const
{
    const Palette& palette = Palette::current();
    const QRectF& plot = frame.area();
    const double foot = histogramArea(plot).bottom();
    painter.setFont(uiFont(11));
    const int rows = std::max(2, static_cast<int>(plot.height() / 48));
    for (const double y : roundTicks(m_bottom, m_top, rows)) {
        const double level = frame.at(0, y).y();
        painter.setPen(y == 0 ? palette.controlBorder : palette.rule);
        painter.drawLine(QPointF(plot.left(), level), QPointF(plot.right(), level));
        painter.setPen(palette.second);
        painter.drawText(QRectF(0, level - 8, plot.left() - 8, 16),
                         Qt::AlignRight | Qt::AlignVCenter, numberText(y));
    }
    for (const double x : roundTicks(m_left, m_right, 5)) {
        const double at = frame.at(x, 0).x();
        painter.setPen(x == 0 ? palette.controlBorder : palette.rule);
        painter.drawLine(QPointF(at, plot.top()), QPointF(at, foot));
        painter.setPen(palette.second);
        const double room = std::clamp(at - 30, 0.0, width() - 60.0);
        const int side = at + 30 > width() ? Qt::AlignRight : Qt::AlignHCenter;
        painter.drawText(QRectF(room, foot + 3, 60, 16), side | Qt::AlignVCenter, numberText(x));
    }
    painter.setPen(palette.controlBorder);
    painter.drawLine(QPointF(plot.left(), foot), QPointF(plot.right(), foot));
}

void FunctionPlot::paintFill(QPainter& painter, const PlotFrame& frame,
                             const PlottedFunction& function) const
{
    QColor fill = Palette::current().*function.colour;
    fill.setAlphaF(0.09F);
    QPolygonF under;
    under << frame.at(m_left, 0);
    for (size_t i = 0; i < function.values.size(); ++i) {
        const double x = m_left + (m_right - m_left) * static_cast<double>(i) /
                                      static_cast<double>(function.values.size() - 1);
        const double y = function.values[i];
        under << frame.at(x, std::isfinite(y) ? std::clamp(y, m_bottom, m_top) : 0);
    }
    under << frame.at(m_right, 0);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawPolygon(under);
}

void FunctionPlot::paintSeen(QPainter& painter, const PlotFrame& frame) const
{
    const Palette& palette = Palette::current();
    const QRectF area = histogramArea(frame.area());
    paintHistogram(painter, area, m_histogram, palette.forward);
    constexpr int kLeastHeightForWords = 40; // in the low dock they would cover the curves
    if (area.height() < kLeastHeightForWords)
        return;
    painter.setFont(uiFont(12, QFont::Medium));
    painter.setPen(palette.text);
    const QString title = m_seen.values.empty() ? tr("no values yet")
                          : m_seen.areDrawn     ? tr("x drawn: the op was not run")
                                                : tr("x seen in this run");
    painter.drawText(QRectF(area.left() + 4, area.top(), area.width(), 16), title);
    if (m_seen.values.empty())
        return;
    painter.setFont(uiFont(11));
    painter.setPen(palette.second);
    painter.drawText(
        QRectF(area.left() + 4, area.top() + 17, area.width(), 16),
        QStringLiteral("%1, %2").arg(plural(m_seen.count, tr("1 value"), tr("%1 values")),
                                     rangeText(m_seen.minimum, m_seen.maximum)));
}

/// Beside its curve, where nothing else is drawn.
void FunctionPlot::paintNames(QPainter& painter, const PlotFrame& frame) const
{
    const std::vector<Curve> curves = shownCurves();
    painter.setFont(uiFont(12, QFont::Medium));
    painter.setPen(Palette::current().text);
    const CurveFrame& range = frame.range();
    QList<QRectF> taken;
    for (size_t i = 0; i < curves.size(); ++i) {
        const QString& name = m_functions[i].name;
        const double width = painter.fontMetrics().horizontalAdvance(name) + 6;
        QRectF place;
        for (const double share : {0.78, 0.1, 0.3, 0.62, 0.5, 0.9, 0.02}) {
            const double x = range.left + share * (range.right - range.left);
            const QPointF on = frame.at(x, valueAt(curves[i].y, x));
            for (const double rise : {-kNameHeight - 5, 5.0}) {
                const double left = std::clamp(on.x() - width / 2, frame.area().left() + 4,
                                               frame.area().right() - width);
                const QRectF wish(left, on.y() + rise, width, kNameHeight);
                const bool isFreeOfNames =
                    std::none_of(taken.begin(), taken.end(),
                                 [&](const QRectF& other) { return other.intersects(wish); });
                if (place.isNull() && isFreeOfNames && frame.area().contains(wish) &&
                    isFree(wish, curves, frame))
                    place = wish;
            }
        }
        if (place.isNull())
            continue; // the read-out names it too
        taken << place;
        painter.drawText(place, Qt::AlignCenter, name);
    }
}

void FunctionPlot::paintReading(QPainter& painter, const PlotFrame& frame) const
{
    const QList<QPair<QString, QString>> rows = readings();
    if (rows.isEmpty())
        return;
    const Palette& palette = Palette::current();
    const double at = frame.at(*m_reading, 0).x();
    painter.setPen(QPen(palette.second, 1, Qt::DashLine));
    painter.drawLine(QPointF(at, frame.area().top()),
                     QPointF(at, histogramArea(frame.area()).bottom()));
    for (const Curve& curve : shownCurves()) {
        const double y = valueAt(curve.y, *m_reading);
        if (!std::isfinite(y) || y < m_bottom || y > m_top)
            continue;
        painter.setPen(QPen(palette.panel, 1.5));
        painter.setBrush(curve.colour);
        painter.drawEllipse(frame.at(*m_reading, y), 4.5, 4.5);
    }
    constexpr double kRow = 19, kWidth = 128;
    const bool isLeft = at + 16 + kWidth > frame.area().right();
    const QRectF card(isLeft ? at - 16 - kWidth : at + 16,
                      frame.area().bottom() - static_cast<double>(rows.size()) * kRow - 18, kWidth,
                      static_cast<double>(rows.size()) * kRow + 8);
    painter.setPen(palette.controlBorder);
    painter.setBrush(palette.panel);
    painter.drawRoundedRect(card, 5, 5);
    double top = card.top() + 4;
    for (const auto& [name, number] : rows) {
        const QRectF row(card.left() + 10, top, kWidth - 20, kRow);
        painter.setFont(uiFont(12));
        painter.setPen(palette.second);
        painter.drawText(row, Qt::AlignVCenter, name);
        painter.setFont(monoFont(12));
        painter.setPen(palette.text);
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, number);
        top += kRow;
    }
}

void FunctionPlot::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (hasFocus()) {
        painter.setPen(QPen(palette.accent, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    }
    if (!hasCurves()) {
        painter.setPen(palette.second);
        painter.setFont(uiFont(13));
        painter.drawText(rect().adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         m_absence);
        return;
    }
    const PlotFrame plot = frame();
    paintGrid(painter, plot);
    paintSeen(painter, plot);
    for (const PlottedFunction& function : m_functions)
        if (function.isFilled)
            paintFill(painter, plot, function);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const Curve& curve : shownCurves())
        paintCurve(painter, curve, plot);
    paintNames(painter, plot);
    paintReading(painter, plot);
}

}
