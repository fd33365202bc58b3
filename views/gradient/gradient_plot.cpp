#include "views/gradient/gradient_plot.h"

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
std::pair<double, double> span(const GradientCurves& curves)
{
    double low = -0.1, high = 0.1;
    for (const auto* values : {&curves.forward, &curves.derivative, &curves.given})
        for (const double value : *values)
            if (std::isfinite(value) && std::abs(value) <= kLargestShown) {
                low = std::min(low, value);
                high = std::max(high, value);
            }
    const double air = 0.12 * (high - low);
    return {low - air, high + air};
}

}

GradientPlot::GradientPlot(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Plot of the op, its derivative and the gradient"));
}

void GradientPlot::setFunction(const QString& function)
{
    m_function = function;
    update();
}

void GradientPlot::setCurves(const GradientCurves& curves)
{
    const bool isOtherRange = curves.left != m_curves.left || curves.right != m_curves.right;
    m_curves = curves;
    std::tie(m_bottom, m_top) = span(curves);
    if (isOtherRange)
        setSeen(m_seen);
    update();
}

void GradientPlot::setSeen(const SeenInput& seen)
{
    m_seen = seen;
    m_histogram = {};
    m_histogram.counts.assign(kBins, 0);
    m_histogram.minimum = m_curves.left;
    m_histogram.maximum = m_curves.right;
    for (const double value : m_seen.values) {
        const double at = (value - m_curves.left) / (m_curves.right - m_curves.left) * kBins;
        if (at >= 0 && at < kBins)
            ++m_histogram.counts[static_cast<size_t>(at)];
    }
    update();
}

PlotFrame GradientPlot::frame() const
{
    const QRectF whole = QRectF(rect()).adjusted(kLeft, kTop, -kRight, -kBottom);
    return PlotFrame(whole.adjusted(0, 0, 0, -kHistogramShare * whole.height()),
                     {m_curves.left, m_curves.right, m_bottom, m_top});
}

QRectF GradientPlot::histogramArea(const QRectF& plot) const
{
    return {plot.left(), plot.bottom() + 6, plot.width(), height() - kBottom - plot.bottom() - 6};
}

std::vector<Curve> GradientPlot::shownCurves() const
{
    const Palette& palette = Palette::current();
    return {{m_curves.forward, palette.forward, Curve::Line::Solid},
            {m_curves.derivative, m_curves.isFlat ? palette.zero : palette.checked,
             m_curves.isFlat ? Curve::Line::Double : Curve::Line::Dashed},
            {m_curves.given, palette.backward, Curve::Line::Solid}};
}

double GradientPlot::valueAt(const std::vector<double>& values, double x) const
{
    const double at = (x - m_curves.left) / (m_curves.right - m_curves.left) *
                      static_cast<double>(values.size() - 1);
    return values[static_cast<size_t>(
        std::clamp(std::lround(at), 0L, static_cast<long>(values.size()) - 1))];
}

QList<QPair<QString, QString>> GradientPlot::readings() const
{
    QList<QPair<QString, QString>> rows;
    if (!m_reading || !hasCurves())
        return rows;
    rows << qMakePair(QStringLiteral("x"), numberText(*m_reading));
    rows << qMakePair(QStringLiteral("%1(x)").arg(m_function),
                      numberText(valueAt(m_curves.forward, *m_reading)));
    if (!m_curves.derivative.empty())
        rows << qMakePair(tr("derivative"), numberText(valueAt(m_curves.derivative, *m_reading)));
    if (!m_curves.given.empty())
        rows << qMakePair(tr("yours"), numberText(valueAt(m_curves.given, *m_reading)));
    return rows;
}

void GradientPlot::read(std::optional<double> x)
{
    // On a sample, so that what is read is what is drawn.
    if (x && hasCurves()) {
        const double step =
            (m_curves.right - m_curves.left) / static_cast<double>(m_curves.forward.size() - 1);
        x = m_curves.left + std::round((*x - m_curves.left) / step) * step;
        x = std::clamp(*x, m_curves.left, m_curves.right);
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

void GradientPlot::mouseMoveEvent(QMouseEvent* event)
{
    const PlotFrame plot = frame();
    const double pixel = event->position().x();
    const bool isInside = pixel >= plot.area().left() && pixel <= plot.area().right();
    read(isInside ? std::optional(plot.xAt(pixel)) : std::nullopt);
}

void GradientPlot::leaveEvent(QEvent* event)
{
    if (!hasFocus())
        read(std::nullopt);
    QWidget::leaveEvent(event);
}

void GradientPlot::keyPressEvent(QKeyEvent* event)
{
    const double step = (m_curves.right - m_curves.left) / 80;
    const double now = m_reading.value_or((m_curves.left + m_curves.right) / 2);
    switch (event->key()) {
    case Qt::Key_Left:
        return read(now - step);
    case Qt::Key_Right:
        return read(now + step);
    case Qt::Key_Home:
        return read(m_curves.left);
    case Qt::Key_End:
        return read(m_curves.right);
    default:
        QWidget::keyPressEvent(event);
    }
}

}
