#include "views/gradient/function_plot.h"

#include "views/style/fonts.h"
#include "views/style/palette.h"
#include "views/style/value_text.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr double kLeft = 40, kTop = 8, kRight = 8, kBottom = 22;
constexpr double kHistogramShare = 0.24; ///< of the height
constexpr double kLargestShown = 50;
constexpr int kBins = 60;

/// What the curves span, with some air; a pole does not flatten everything else.
std::pair<double, double> span(const std::vector<PlottedFunction>& functions)
{
    double low = -0.1, high = 0.1;
    for (const PlottedFunction& function : functions)
        for (const double value : function.values)
            if (std::isfinite(value) && std::abs(value) <= kLargestShown) {
                low = std::min(low, value);
                high = std::max(high, value);
            }
    const double air = 0.12 * (high - low);
    return {low - air, high + air};
}

}

FunctionPlot::FunctionPlot(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Plot over the values that the op saw"));
}

void FunctionPlot::setFunctions(std::vector<PlottedFunction> functions, double left, double right)
{
    std::erase_if(functions, [](const PlottedFunction& each) { return each.values.empty(); });
    const bool isOtherRange = left != m_left || right != m_right;
    m_functions = std::move(functions);
    m_left = left;
    m_right = right;
    std::tie(m_bottom, m_top) = span(m_functions);
    if (isOtherRange)
        setSeen(m_seen);
    update();
}

void FunctionPlot::setAbsence(const QString& words)
{
    m_absence = words;
    update();
}

void FunctionPlot::setSeen(const SeenInput& seen)
{
    m_seen = seen;
    m_histogram = {};
    m_histogram.counts.assign(kBins, 0);
    m_histogram.minimum = m_left;
    m_histogram.maximum = m_right;
    for (const double value : m_seen.values) {
        const double at = (value - m_left) / (m_right - m_left) * kBins;
        if (at >= 0 && at < kBins)
            ++m_histogram.counts[static_cast<size_t>(at)];
    }
    update();
}

PlotFrame FunctionPlot::frame() const
{
    const QRectF whole = QRectF(rect()).adjusted(kLeft, kTop, -kRight, -kBottom);
    return PlotFrame(whole.adjusted(0, 0, 0, -kHistogramShare * whole.height()),
                     {m_left, m_right, m_bottom, m_top});
}

QRectF FunctionPlot::histogramArea(const QRectF& plot) const
{
    return {plot.left(), plot.bottom() + 6, plot.width(), height() - kBottom - plot.bottom() - 6};
}

std::vector<Curve> FunctionPlot::shownCurves() const
{
    std::vector<Curve> curves;
    for (const PlottedFunction& function : m_functions)
        curves.push_back({function.values, Palette::current().*function.colour, function.line});
    return curves;
}

double FunctionPlot::valueAt(const std::vector<double>& values, double x) const
{
    const double at = (x - m_left) / (m_right - m_left) * static_cast<double>(values.size() - 1);
    return values[static_cast<size_t>(
        std::clamp(std::lround(at), 0L, static_cast<long>(values.size()) - 1))];
}

QList<QPair<QString, QString>> FunctionPlot::readings() const
{
    QList<QPair<QString, QString>> rows;
    if (!m_reading || !hasCurves())
        return rows;
    rows << qMakePair(QStringLiteral("x"), numberText(*m_reading));
    for (const PlottedFunction& function : m_functions)
        rows << qMakePair(function.reading, numberText(valueAt(function.values, *m_reading)));
    return rows;
}

void FunctionPlot::read(std::optional<double> x)
{
    // On a sample, so that what is read is what is drawn.
    if (x && hasCurves()) {
        const double step =
            (m_right - m_left) / static_cast<double>(m_functions.front().values.size() - 1);
        x = m_left + std::round((*x - m_left) / step) * step;
        x = std::clamp(*x, m_left, m_right);
        if (std::abs(*x) < step / 2)
            x = 0;
    }
    m_reading = x;
    QStringList words;
    for (const auto& [name, number] : readings())
        words << name + QLatin1Char(' ') + number;
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    update();
}

void FunctionPlot::mouseMoveEvent(QMouseEvent* event)
{
    const PlotFrame plot = frame();
    const double pixel = event->position().x();
    const bool isInside = pixel >= plot.area().left() && pixel <= plot.area().right();
    read(isInside ? std::optional(plot.xAt(pixel)) : std::nullopt);
}

void FunctionPlot::leaveEvent(QEvent* event)
{
    if (!hasFocus())
        read(std::nullopt);
    QWidget::leaveEvent(event);
}

void FunctionPlot::keyPressEvent(QKeyEvent* event)
{
    const double step = (m_right - m_left) / 80;
    const double now = m_reading.value_or((m_left + m_right) / 2);
    switch (event->key()) {
    case Qt::Key_Left:
        return read(now - step);
    case Qt::Key_Right:
        return read(now + step);
    case Qt::Key_Home:
        return read(m_left);
    case Qt::Key_End:
        return read(m_right);
    default:
        QWidget::keyPressEvent(event);
    }
}

}
