#include "views/timeline/overview_strip.h"

#include "views/canvas/graph_view.h"
#include "views/canvas/pinned.h"

#include <QMouseEvent>
#include <QPainter>

#include <cmath>

namespace backstep {

namespace {
constexpr double kLabelWidth = 76, kRightMargin = 8;
constexpr double kTickHeight = 12; ///< of the timesteps' names, when the strip is high enough
}

OverviewStrip::OverviewStrip(GraphView& view, QWidget* parent) : QWidget(parent), m_view(view)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(52);
    m_painter.setFinest(Detail::Boxes);
    setAccessibleName(tr("Overview of the graph"));
    setToolTip(tr("Click or drag to move the view"));
    connect(&view, &GraphView::stateChanged, this, &OverviewStrip::invalidate);
    connect(&view, &GraphView::bandsChanged, this, &OverviewStrip::invalidate);
    connect(&view, &GraphView::cameraChanged, this, qOverload<>(&QWidget::update));
}

void OverviewStrip::invalidate()
{
    m_map = {};
    m_painter.forget();
    update();
}

QRectF OverviewStrip::mapRect() const
{
    const double tick = height() >= 44 ? kTickHeight : 0;
    return {kLabelWidth, 6, std::max(1.0, width() - kLabelWidth - kRightMargin),
            height() - 9.0 - tick};
}

Camera OverviewStrip::overviewCamera() const
{
    const QRectF rect = mapRect();
    const SceneRect bounds = m_view.state().scene->bounds(m_view.bands());
    Camera camera;
    camera.zoom = rect.width() / std::max(1.0, bounds.width);
    camera.fixedZoomY = rect.height() / std::max(1.0, bounds.height);
    camera.x = bounds.x - rect.left() / camera.zoom;
    camera.y = bounds.y - rect.top() / camera.zoomY();
    return camera;
}

void OverviewStrip::renderMap()
{
    m_map = QPixmap(size() * devicePixelRatioF());
    m_map.setDevicePixelRatio(devicePixelRatioF());
    m_map.fill(Palette::current().panel);
    QPainter painter(&m_map);
    const Camera camera = overviewCamera();
    m_painter.paint(painter, m_view.state(), camera, mapRect(), m_view.bands(), font());
    paintTicks(painter, camera);
}

void OverviewStrip::paintTicks(QPainter& painter, const Camera& camera) const
{
    const int main = m_view.state().scene->mainStrip();
    if (main < 0)
        return;
    const TimelineStrip& strip = m_view.state().scene->strips()[static_cast<size_t>(main)];
    const Palette& palette = Palette::current();
    const double pixels = strip.period() * camera.zoom;
    int64_t stride = 1;
    for (int digit = 0; static_cast<double>(stride) * pixels < 48; ++digit)
        stride = digit % 3 == 1 ? stride / 2 * 5 : stride * 2;
    painter.setFont(pinned::labelFont(font(), 10, QFont::Normal));
    for (int64_t t = 0; t < strip.stepCount; t += stride) {
        const double x = std::round(camera.toScreenX(strip.period() * static_cast<double>(t)));
        painter.fillRect(QRectF(x, 2, 1, height() - 4), palette.rule);
        painter.setPen(palette.second);
        if (height() >= 44)
            painter.drawText(QRectF(x + 4, height() - kTickHeight - 3, 60, kTickHeight),
                             Qt::AlignLeft | Qt::AlignVCenter, "t" + QString::number(t));
    }
}

void OverviewStrip::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.fillRect(rect(), palette.panel);
    if (m_view.state().scene) {
        if (m_map.isNull())
            renderMap();
        painter.drawPixmap(0, 0, m_map);
        const Camera camera = overviewCamera();
        const SceneRect shown = m_view.visibleScene();
        const QRectF map = mapRect();
        double left = std::max(camera.toScreenX(shown.x), map.left());
        double right = std::min(camera.toScreenX(shown.x + shown.width), map.right());
        if (right - left < 6) { // visible at any length
            const double middle = std::clamp((left + right) / 2, map.left() + 3, map.right() - 3);
            left = middle - 3, right = middle + 3;
        }
        QColor wash = palette.accent;
        wash.setAlphaF(0.08f);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(palette.accent, 1.5));
        painter.setBrush(wash);
        painter.drawRoundedRect(QRectF(left, 2.5, right - left, height() - 5.0), 4, 4);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(0, 0, width(), 1), palette.rule);
    painter.setFont(pinned::labelFont(font(), 11, QFont::Normal));
    painter.setPen(palette.second);
    painter.drawText(QRectF(10, 0, kLabelWidth - 12, height()), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("Overview"));
}

void OverviewStrip::resizeEvent(QResizeEvent*)
{
    invalidate();
}

void OverviewStrip::moveTo(double x)
{
    if (m_view.state().scene)
        m_view.centreOn(overviewCamera().toSceneX(x));
}

void OverviewStrip::mousePressEvent(QMouseEvent* event)
{
    moveTo(event->position().x());
}

void OverviewStrip::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        moveTo(event->position().x());
}

}
