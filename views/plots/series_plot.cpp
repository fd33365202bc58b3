#include "views/plots/series_plot.h"

#include "views/plots/plot_frame.h"
#include "views/style/fonts.h"
#include "views/style/palette.h"
#include "views/style/value_text.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

bool isZero(const SeriesPlot::Series& series)
{
    return std::all_of(series.y.begin(), series.y.end(), [](double y) { return y == 0; });
}

/// Powers of ten, or round numbers where there is less than one between the ends.
std::vector<double> logTicks(const CurveFrame& range)
{
    std::vector<double> ticks;
    if (range.top - range.bottom < 1.2) {
        ticks = roundTicks(std::pow(10, range.bottom), std::pow(10, range.top), 4);
    } else {
        const double step = std::ceil((range.top - range.bottom) / 6);
        for (double at = std::ceil(range.bottom); at <= range.top; at += step)
            ticks.push_back(std::pow(10, at));
    }
    std::erase_if(ticks, [](double at) { return !(at > 0); });
    return ticks;
}

/// Where a number stands on the log scale; exact zero at the foot.
double level(double y, const CurveFrame& frame)
{
    return y > 0 ? std::log10(y) : frame.bottom;
}

}

SeriesPlot::SeriesPlot(const QString& title, const QString& emptyText, QWidget* parent)
    : QWidget(parent), m_title(title), m_emptyText(emptyText)
{
    setMouseTracking(true);
    setAccessibleName(title);
}

void SeriesPlot::setSeries(std::vector<Series> series, int stepCount)
{
    m_series = std::move(series);
    m_stepCount = std::max(1, stepCount);
    QStringList words;
    for (const Series& each : m_series)
        if (!each.y.empty())
            words << tr("%1: %2 at step %3")
                         .arg(each.name, numberText(each.y.back()))
                         .arg(each.y.size() - 1);
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    update();
}

/// Whole half decades around all that is above zero, with some air.
CurveFrame SeriesPlot::range() const
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (const Series& series : m_series)
        for (const double y : series.y)
            if (y > 0 && std::isfinite(y)) {
                low = std::min(low, std::log10(y));
                high = std::max(high, std::log10(y));
            }
    if (low > high)
        return {0, double(m_stepCount), -1, 1};
    const double air = std::max(0.05, (high - low) * 0.08);
    const bool hasZeros = std::any_of(m_series.begin(), m_series.end(), isZero);
    return {0, double(m_stepCount), low - air * (hasZeros ? 3 : 1), high + air};
}

QRectF SeriesPlot::plotArea() const
{
    return QRectF(rect()).adjusted(48, 22, -14, -20);
}

void SeriesPlot::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(uiFont(11, QFont::DemiBold));
    painter.setPen(palette.second);
    painter.drawText(QRectF(4, 0, width() - 8, 18), Qt::AlignLeft | Qt::AlignVCenter,
                     m_title.toUpper() + tr(", log scale"));
    const bool isEmpty = std::all_of(m_series.begin(), m_series.end(),
                                     [](const Series& series) { return series.y.empty(); });
    if (isEmpty) {
        painter.setFont(uiFont(13));
        painter.drawText(plotArea(), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const CurveFrame frame = range();
    paintGrid(painter, frame);
    for (const Series& series : m_series)
        paintLine(painter, series, frame);
    paintNames(painter, frame);
    if (m_pointerX)
        paintReadOut(painter, frame);
}

void SeriesPlot::paintGrid(QPainter& painter, const CurveFrame& range) const
{
    const Palette& palette = Palette::current();
    const QRectF area = plotArea();
    const PlotFrame frame(area, range);
    painter.setFont(uiFont(10));
    for (const double at : logTicks(range)) {
        const double y = frame.at(0, std::log10(at)).y();
        painter.setPen(palette.rule);
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(palette.second);
        painter.drawText(QRectF(0, y - 7, area.left() - 6, 14), Qt::AlignRight | Qt::AlignVCenter,
                         numberText(at));
    }
    for (const double step : roundTicks(0, m_stepCount, 6)) {
        if (step != std::floor(step))
            continue;
        const double x = frame.at(step, range.bottom).x();
        painter.drawText(QRectF(x - 24, area.bottom() + 3, 48, 14), Qt::AlignCenter,
                         QString::number(static_cast<int>(step)));
    }
}

void SeriesPlot::paintLine(QPainter& painter, const Series& series, const CurveFrame& range) const
{
    const PlotFrame frame(plotArea(), range);
    QPolygonF line;
    for (size_t i = 0; i < series.y.size(); ++i)
        line << frame.at(static_cast<double>(i), level(series.y[i], range));
    if (line.isEmpty())
        return;
    if (isZero(series)) { // as on the canvas: a double line says exactly zero
        painter.setPen(QPen(Palette::current().zero, 1));
        painter.drawPolyline(line.translated(0, -1));
        painter.drawPolyline(line.translated(0, -4));
        return;
    }
    const bool isDashed = series.line == Curve::Line::Dashed;
    painter.setPen(
        QPen(series.colour, isDashed ? 1.75 : 2.25, isDashed ? Qt::DashLine : Qt::SolidLine));
    line.size() == 1 ? painter.drawPoint(line.front()) : painter.drawPolyline(line);
}

/// At the ends of the lines, moved apart where they would meet.
void SeriesPlot::paintNames(QPainter& painter, const CurveFrame& range) const
{
    const QRectF area = plotArea();
    const PlotFrame frame(area, range);
    painter.setFont(uiFont(12));
    painter.setPen(Palette::current().text);
    std::vector<std::pair<double, QString>> names;
    for (const Series& series : m_series)
        if (!series.y.empty())
            names.emplace_back(frame.at(0, level(series.y.back(), range)).y() - 14,
                               isZero(series) ? tr("%1: exactly 0").arg(series.name)
                                              : QStringLiteral("%1: %2").arg(
                                                    series.name, numberText(series.y.back())));
    std::sort(names.begin(), names.end());
    double free = area.top();
    for (auto& [y, name] : names) {
        y = std::clamp(y, free + 8, std::max(free + 8, area.bottom() - 8));
        free = y + 8;
        const double width = QFontMetrics(painter.font()).horizontalAdvance(name);
        const QRectF box(area.right() - width - 8, y - 8, width + 8, 16);
        QColor backing = Palette::current().panel;
        backing.setAlpha(210);
        painter.fillRect(box, backing);
        painter.drawText(box, Qt::AlignCenter, name);
    }
}

void SeriesPlot::paintReadOut(QPainter& painter, const CurveFrame& range) const
{
    const Palette& palette = Palette::current();
    const QRectF area = plotArea();
    const PlotFrame frame(area, range);
    const auto step =
        static_cast<size_t>(std::clamp<double>(std::round(frame.xAt(*m_pointerX)), 0, m_stepCount));
    QStringList lines{tr("step %1").arg(step)};
    for (const Series& series : m_series)
        if (step < series.y.size())
            lines << QStringLiteral("%1  %2").arg(series.name, numberText(series.y[step]));
    const double x = frame.at(static_cast<double>(step), 0).x();
    painter.setPen(QPen(palette.second, 1, Qt::DashLine));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    painter.setFont(uiFont(11));
    const QFontMetrics metrics(painter.font());
    int textWidth = 0;
    for (const QString& line : lines)
        textWidth = std::max(textWidth, metrics.horizontalAdvance(line));
    QRectF box(x + 10, area.top() + 4, textWidth + 20, 8 + 17 * lines.size());
    if (box.right() > area.right())
        box.moveRight(x - 10);
    painter.setPen(palette.controlBorder);
    painter.setBrush(palette.panel);
    painter.drawRoundedRect(box, 6, 6);
    painter.setPen(palette.text);
    for (int i = 0; i < lines.size(); ++i)
        painter.drawText(QRectF(box.left() + 10, box.top() + 4 + 17 * i, box.width() - 20, 17),
                         Qt::AlignLeft | Qt::AlignVCenter, lines[i]);
}

void SeriesPlot::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    m_pointerX = plotArea().contains(event->position()) ? std::optional(x) : std::nullopt;
    update();
}

void SeriesPlot::leaveEvent(QEvent*)
{
    m_pointerX.reset();
    update();
}

}
