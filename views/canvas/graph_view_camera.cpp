#include "views/canvas/graph_view.h"

#include "views/canvas/canvas_header.h"
#include "views/canvas/pinned.h"

#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr double kZoomStep = 1.25;
constexpr int kTicksPerTimestep = 64;    ///< pixels would overflow an int at T of some 100,000
constexpr double kScrollUnit = 400;      ///< scene units that count as a timestep without one
constexpr double kWorthShrinking = 0.88; ///< for the sake of ops outside the timelines
constexpr double kFlatZoom = 0.8;        ///< at which a graph without timelines opens, if too high
constexpr double kMarginY = 4;           ///< pixels above and below a cell that fills the viewport

}

QRectF GraphView::canvasRect() const
{
    const bool hasLanes = m_state.scene && m_state.scene->mainStrip() >= 0;
    const double left = hasLanes ? pinned::kLaneWidth : 0;
    const double top = hasLanes ? pinned::kTimeHeight : 8;
    return {left, top, std::max(1.0, viewport()->width() - left),
            std::max(1.0, viewport()->height() - top)};
}

SceneRect GraphView::visibleScene() const
{
    const QRectF rect = canvasRect();
    return {m_camera.toSceneX(rect.left()), m_camera.toSceneY(rect.top()),
            rect.width() / m_camera.zoom, rect.height() / m_camera.zoomY()};
}

void GraphView::setCamera(const Camera& camera)
{
    if (camera == m_camera)
        return;
    const bool zooms = camera.zoom != m_camera.zoom;
    m_camera = camera;
    updateScrollBars();
    viewport()->update();
    emit cameraChanged();
    if (zooms)
        emit zoomChanged(m_camera.zoom);
}

/// The graph may be moved until a strip of it is left at each side; what fits stands in the middle.
void GraphView::keepInReach(Camera& camera) const
{
    if (!m_state.scene)
        return;
    const SceneRect bounds = m_state.scene->bounds(m_bands);
    const QRectF rect = canvasRect();
    const double width = rect.width() / camera.zoom, height = rect.height() / camera.zoomY();
    const double margin = 60 / camera.zoom;
    const double left = rect.left() / camera.zoom, top = rect.top() / camera.zoomY();
    const double x =
        std::clamp(camera.x + left, std::min(bounds.x - margin, bounds.x + bounds.width - width),
                   std::max(bounds.x, bounds.x + bounds.width - width + margin));
    double y = camera.y + top;
    if (bounds.height <= height)
        y = bounds.y - (height - bounds.height) / 2;
    else
        y = std::clamp(y, bounds.y - 8, bounds.y + bounds.height - height + 8);
    camera.x = x - left;
    camera.y = y - top;
}

/// All timelines where that leaves text readable, else one cell with both bands and every lane.
double GraphView::zoomForHeight() const
{
    const double available = canvasRect().height() - 2 * kMarginY;
    const double whole = available / m_state.scene->timelineBounds(Bands::Both).height;
    const double all = available / m_state.scene->bounds(Bands::Both).height;
    if (m_state.scene->mainStrip() >= 0 &&
        all >= std::max(kTextZoom, kWorthShrinking * whole)) // what stands outside fits as well
        return std::min(all, 1.0);
    float tallest = 0;
    for (const TimelineStrip& strip : m_state.scene->strips())
        tallest = std::max(tallest, strip.cell->extent());
    if (tallest == 0) // a flat graph has no cell to show whole
        return std::clamp(whole, kFlatZoom, 1.0);
    if (whole >= kTextZoom)
        return std::min(whole, 1.0);
    return std::clamp(available / tallest, kTextZoom, 1.0);
}

/// The beginning in view, as high as the viewport lets it.
void GraphView::resetCamera()
{
    const SceneRect bounds = m_state.scene->bounds(m_bands);
    const QRectF rect = canvasRect();
    Camera camera;
    camera.zoom = zoomForHeight();
    const double room = rect.width() / camera.zoom - bounds.width;
    camera.x = bounds.x - rect.left() / camera.zoom - std::max(12 / camera.zoom, room / 2);
    const SceneRect timelines = m_state.scene->timelineBounds(m_bands);
    const double spare = rect.height() / camera.zoomY() - timelines.height;
    camera.y = timelines.y - std::max(0.0, spare / 2) - rect.top() / camera.zoomY();
    keepInReach(camera);
    setCamera(camera);
    updateScrollBars();
    m_fitsHeight = true;
}

void GraphView::fitAll()
{
    if (!m_state.scene) {
        if (m_pending && !m_job.isRunning())
            startLayout(); // it was cancelled
        return;
    }
    m_fitsHeight = false;
    const SceneRect bounds = m_state.scene->bounds(m_bands);
    const QRectF rect = canvasRect().adjusted(8, 4, -8, -8);
    Camera camera;
    camera.zoom = std::clamp(std::min(rect.width() / bounds.width, rect.height() / bounds.height),
                             Camera::kFarthest, 1.0);
    // when time is long only its direction is compressed
    if (camera.zoom < Camera::kFlattest)
        camera.zoom = std::clamp(rect.width() / bounds.width, Camera::kFarthest, 1.0);
    camera.x = bounds.x + bounds.width / 2 - (rect.left() + rect.width() / 2) / camera.zoom;
    camera.y = bounds.y + bounds.height / 2 - (rect.top() + rect.height() / 2) / camera.zoomY();
    keepInReach(camera);
    setCamera(camera);
}

void GraphView::frameSelection()
{
    if (!m_state.scene || !m_selected.isValid())
        return;
    m_fitsHeight = false;
    const SceneRect box = m_state.scene->rectOf(m_selected);
    const QRectF rect = canvasRect();
    Camera camera;
    camera.zoom = std::max(m_camera.zoom, 1.0);
    camera.x = box.x + box.width / 2 - rect.center().x() / camera.zoom;
    camera.y = box.y + box.height / 2 - rect.center().y() / camera.zoomY();
    keepInReach(camera);
    setCamera(camera);
}

void GraphView::centreOn(double sceneX)
{
    Camera camera = m_camera;
    camera.x = sceneX - canvasRect().center().x() / camera.zoom;
    keepInReach(camera);
    setCamera(camera);
}

void GraphView::zoomBy(double factor, QPointF anchor)
{
    m_fitsHeight = false;
    Camera camera = m_camera;
    camera.zoomAt(anchor, camera.zoom * factor);
    if (std::abs(camera.zoom - 1) < 0.04)
        camera.zoomAt(anchor, 1); // text is crispest there
    keepInReach(camera);
    setCamera(camera);
}

void GraphView::zoomIn()
{
    zoomBy(kZoomStep, canvasRect().center());
}

void GraphView::zoomOut()
{
    zoomBy(1 / kZoomStep, canvasRect().center());
}

void GraphView::zoom100()
{
    zoomBy(1 / m_camera.zoom, canvasRect().center());
}

/// Moves to the timeline when a part of its cells is out of view, unless they are too high for it.
void GraphView::showWholeCell(Camera& camera, const TimelineStrip& strip) const
{
    const QRectF rect = canvasRect();
    const double top = camera.toScreenY(strip.axisY + strip.cell->top);
    const double bottom = camera.toScreenY(strip.axisY + strip.cell->bottom);
    if (top < rect.top() || bottom > rect.bottom())
        camera.y += ((top + bottom) / 2 - rect.center().y()) / camera.zoomY();
}

void GraphView::ensureVisible(const OpAddress& address)
{
    if (m_state.scene)
        ensureBoxVisible(m_state.scene->boxOf(address));
}

void GraphView::ensureBoxVisible(const BoxRef& box)
{
    if (!m_state.scene || !box.isValid())
        return;
    const SceneRect rect = m_state.scene->rectOf(box);
    Camera camera = m_camera;
    const QRectF inner = canvasRect().adjusted(20, 12, -36, -16);
    const QRectF drawn = camera.toScreen(rect);
    if (drawn.left() < inner.left() || drawn.right() > inner.right()) {
        // a whole timestep of surroundings when there is room
        const double target = inner.left() + inner.width() * 0.55;
        camera.x += (drawn.center().x() - target) / camera.zoom;
    }
    if (m_fitsHeight && box.strip >= 0)
        showWholeCell(camera, m_state.scene->strips()[static_cast<size_t>(box.strip)]);
    const QRectF moved = camera.toScreen(rect);
    if (moved.top() < inner.top())
        camera.y += (moved.top() - inner.top()) / camera.zoomY();
    else if (moved.bottom() > inner.bottom())
        camera.y += (moved.bottom() - inner.bottom()) / camera.zoomY();
    keepInReach(camera);
    setCamera(camera);
}

void GraphView::updateScrollBars()
{
    if (!m_state.scene)
        return;
    const SceneRect bounds = m_state.scene->bounds(m_bands);
    const SceneRect shown = visibleScene();
    const int main = m_state.scene->mainStrip();
    const double unit =
        (main < 0 ? kScrollUnit : m_state.scene->strips()[static_cast<size_t>(main)].period()) /
        kTicksPerTimestep;
    m_isUpdatingBars = true;
    const auto set = [](QScrollBar* bar, double length, double page, double value) {
        bar->setRange(0, static_cast<int>(std::max(0.0, length - page)));
        bar->setPageStep(std::max(1, static_cast<int>(page)));
        bar->setSingleStep(std::max(1, static_cast<int>(page / 12)));
        bar->setValue(static_cast<int>(std::lround(value)));
    };
    set(horizontalScrollBar(), bounds.width / unit, shown.width / unit,
        (shown.x - bounds.x) / unit);
    set(verticalScrollBar(), bounds.height, shown.height, shown.y - bounds.y);
    m_isUpdatingBars = false;
}

void GraphView::scrollContentsBy(int, int)
{
    if (m_isUpdatingBars || !m_state.scene)
        return;
    const SceneRect bounds = m_state.scene->bounds(m_bands);
    const QRectF rect = canvasRect();
    const int main = m_state.scene->mainStrip();
    const double unit =
        (main < 0 ? kScrollUnit : m_state.scene->strips()[static_cast<size_t>(main)].period()) /
        kTicksPerTimestep;
    Camera camera = m_camera;
    camera.x = bounds.x + horizontalScrollBar()->value() * unit - rect.left() / camera.zoom;
    if (verticalScrollBar()->maximum() > 0)
        camera.y = bounds.y + verticalScrollBar()->value() - rect.top() / camera.zoomY();
    setCamera(camera);
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    m_header->setGeometry(0, 0, width(), pinned::kHeaderHeight);
    Camera camera = m_camera;
    if (m_fitsHeight && m_state.scene) // panels come and go: the cell stays whole until zoomed
        camera.zoomAt(canvasRect().topLeft(), zoomForHeight());
    keepInReach(camera);
    setCamera(camera);
    updateScrollBars();
}

}
