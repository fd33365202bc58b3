#include "views/timeline/time_rail.h"

#include "views/canvas/graph_view.h"
#include "views/style/palette.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace backstep {

namespace {

constexpr double kRightMargin = 8;
constexpr double kNarrowestCard = 52; ///< below it cards become columns

}

TimeRail::TimeRail(GraphView& view, QWidget* parent) : QWidget(parent), m_view(view)
{
    setFixedHeight(kHeight);
    setMouseTracking(true);
    setAccessibleName(tr("Timesteps"));
    const auto refresh = qOverload<>(&QWidget::update);
    connect(&view, &GraphView::stateChanged, this, refresh);
    connect(&view, &GraphView::cameraChanged, this, refresh);
    connect(&view, &GraphView::selectionChanged, this, refresh);
}

void TimeRail::setNorms(const QString& title, std::vector<TimestepNorms> norms)
{
    m_title = title;
    m_norms = std::move(norms);
    update();
}

qint64 TimeRail::stepCount() const
{
    const CanvasState& state = m_view.state();
    if (!state.scene || state.scene->mainStrip() < 0)
        return 0;
    return state.scene->strips()[static_cast<size_t>(state.scene->mainStrip())].stepCount;
}

TimeRail::When TimeRail::whenOf(qint64 t) const
{
    const CanvasState& state = m_view.state();
    if (t == m_view.currentTimestep())
        return When::Now;
    const int main = state.scene->mainStrip();
    const CellProgress cell =
        state.progress.cell(state.scene->strips()[static_cast<size_t>(main)], main, t);
    const CellProgress::State passed =
        state.progress.isInBackward() && state.scene->hasBackward() ? cell.backward : cell.forward;
    return passed == CellProgress::Done ? When::Done : When::Ahead;
}

TimestepNorms TimeRail::normsAt(qint64 t) const
{
    return static_cast<size_t>(t) < m_norms.size() ? m_norms[static_cast<size_t>(t)]
                                                   : TimestepNorms{};
}

QRectF TimeRail::railRect() const
{
    const bool isLow = height() < kHeight;
    return {kLabelWidth, isLow ? 2.0 : 4.0, std::max(1.0, width() - kLabelWidth - kRightMargin),
            height() - (isLow ? 4.0 : 9.0)};
}

double TimeRail::stepWidth() const
{
    return railRect().width() / static_cast<double>(std::max<qint64>(1, stepCount()));
}

qint64 TimeRail::timestepAt(double x) const
{
    const double t = std::floor((x - railRect().left()) / stepWidth());
    return std::clamp<qint64>(static_cast<qint64>(t), 0, std::max<qint64>(0, stepCount() - 1));
}

void TimeRail::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.fillRect(rect(), palette.panel);
    painter.fillRect(QRectF(0, 0, width(), 1), palette.rule);
    painter.setRenderHint(QPainter::Antialiasing);
    paintTitle(painter);
    if (stepCount() == 0)
        return;
    if (stepWidth() < kNarrowestCard)
        return paintColumns(painter);
    for (qint64 t = 0; t < stepCount(); ++t)
        paintCard(painter, t);
}

void TimeRail::mousePressEvent(QMouseEvent* event)
{
    if (stepCount() > 0 && railRect().contains(event->position()))
        m_view.selectTimestep(timestepAt(event->position().x()));
}

void TimeRail::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        mousePressEvent(event);
}

bool TimeRail::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && stepCount() > 0) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const qint64 t = timestepAt(help->pos().x());
        QString tip = tr("timestep %1 of %2").arg(t).arg(stepCount());
        const TimestepNorms norms = normsAt(t);
        if (norms.dy)
            tip += tr("\nnorm of dy: %1").arg(*norms.dy, 0, 'g', 4);
        if (norms.dx)
            tip += tr("\nnorm of dx: %1").arg(*norms.dx, 0, 'g', 4);
        QToolTip::showText(help->globalPos(), tip, this);
        return true;
    }
    return QWidget::event(event);
}

}
