#include "views/canvas/graph_view.h"

#include "views/canvas/describe.h"
#include "views/canvas/lane_labels.h"
#include "views/canvas/pinned.h"

#include <QGestureEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>

namespace backstep {

namespace {
constexpr double kDragThreshold = 4;
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    if (!m_state.scene)
        return;
    if (event->modifiers() & Qt::ControlModifier) {
        zoomBy(std::pow(1.0015, event->angleDelta().y()), event->position());
        event->accept();
        return;
    }
    QPointF delta = event->pixelDelta().isNull() ? QPointF(event->angleDelta()) * 0.6
                                                 : QPointF(event->pixelDelta());
    // time is the long direction: the plain wheel follows it when the height fits
    const SceneRect bounds = m_state.scene->bounds(m_bands);
    const bool fitsHeight = bounds.height <= visibleScene().height + 1;
    if (delta.x() == 0 && (fitsHeight || event->modifiers() & Qt::ShiftModifier))
        delta = {delta.y(), 0};
    Camera camera = m_camera;
    camera.x -= delta.x() / camera.zoom;
    camera.y -= delta.y() / camera.zoomY();
    keepInReach(camera);
    setCamera(camera);
    event->accept();
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    setFocus(Qt::MouseFocusReason);
    m_isDragging = event->button() == Qt::LeftButton || event->button() == Qt::MiddleButton;
    m_hasDragged = false;
    m_dragFrom = event->position();
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_state.scene)
        return;
    if (m_isDragging) {
        const QPointF delta = event->position() - m_dragFrom;
        if (!m_hasDragged && delta.manhattanLength() < kDragThreshold)
            return;
        m_hasDragged = true;
        m_dragFrom = event->position();
        viewport()->setCursor(Qt::ClosedHandCursor);
        Camera camera = m_camera;
        camera.x -= delta.x() / camera.zoom;
        camera.y -= delta.y() / camera.zoomY();
        keepInReach(camera);
        setCamera(camera);
        return;
    }
    const bool isOnCanvas = canvasRect().contains(event->position());
    setHovered(isOnCanvas ? m_state.scene->boxAt(m_camera.toSceneX(event->position().x()),
                                                 m_camera.toSceneY(event->position().y()), m_bands)
                          : BoxRef{});
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    viewport()->unsetCursor();
    const bool isClick = m_isDragging && !m_hasDragged && event->button() == Qt::LeftButton;
    m_isDragging = false;
    if (!isClick || !m_state.scene)
        return;
    const QPointF at = event->position();
    const double sceneX = m_camera.toSceneX(at.x());
    const int main = m_state.scene->mainStrip();
    if (main >= 0 && at.y() < pinned::kTimeHeight && at.x() > pinned::kLaneWidth && sceneX >= 0) {
        selectTimestep(m_state.scene->timestepAt(main, sceneX));
        return;
    }
    choose(m_state.scene->boxAt(sceneX, m_camera.toSceneY(at.y()), m_bands),
           event->modifiers() & Qt::AltModifier);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (!m_state.scene || event->button() != Qt::LeftButton)
        return;
    activate(m_state.scene->boxAt(m_camera.toSceneX(event->position().x()),
                                  m_camera.toSceneY(event->position().y()), m_bands));
}

QString GraphView::tooltipUnder(QPointF at) const
{
    const bool hasLanes = m_state.scene->mainStrip() >= 0;
    if (!hasLanes || at.x() > pinned::kLaneWidth)
        return tooltipAt(m_state, m_camera.toSceneX(at.x()), m_camera.toSceneY(at.y()), m_bands);
    for (const LaneLabel& label : placeLaneLabels(m_state, m_camera, viewport()->rect(), m_bands))
        if (label.rect.contains(at))
            return laneTooltip(m_state, label);
    return {};
}

bool GraphView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && m_state.scene) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString text = tooltipUnder(help->pos());
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), text, viewport());
        return true;
    }
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            zoomBy(1 + gesture->value(), gesture->position());
            return true;
        }
    }
    if (event->type() == QEvent::Leave)
        setHovered({});
    return QAbstractScrollArea::viewportEvent(event);
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    const bool isPlain = !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    if (event->modifiers() == Qt::ControlModifier && event->key() == Qt::Key_0)
        return zoom100();
    if (!isPlain)
        return QAbstractScrollArea::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomIn();
    case Qt::Key_Minus:
        return zoomOut();
    case Qt::Key_Home:
        return fitAll();
    case Qt::Key_F:
        return frameSelection();
    case Qt::Key_B:
        return cycleBands();
    case Qt::Key_BracketLeft:
        return moveTimestep(-1);
    case Qt::Key_BracketRight:
        return moveTimestep(1);
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        return walk(event->key());
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        return activate(m_selected);
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void GraphView::walk(int key)
{
    if (!m_state.scene)
        return;
    if (!m_selected.isValid()) {
        choose(firstVisibleBox(), false);
        return;
    }
    BoxRef next;
    if (key == Qt::Key_Up || key == Qt::Key_Down) {
        next = verticalNeighbour(m_selected, key == Qt::Key_Down);
    } else {
        const bool isReverse =
            m_selected.strip >= 0 && m_state.scene->strips()[static_cast<size_t>(m_selected.strip)]
                                             .cell->outline.direction == Direction::Reverse;
        next = m_state.scene->along(m_selected, (key == Qt::Key_Right) != isReverse)
                   .value_or(BoxRef{});
    }
    if (!next.isValid())
        return;
    ensureBoxVisible(next);
    choose(next, false);
}

BoxRef GraphView::verticalNeighbour(const BoxRef& from, bool downwards) const
{
    const SceneRect here = m_state.scene->rectOf(from);
    const double x = here.x + here.width / 2, y = here.y + here.height / 2;
    BoxRef best;
    double bestDistance = 1e30;
    const size_t count =
        from.strip < 0
            ? m_state.scene->outer().boxes.size()
            : m_state.scene->strips()[static_cast<size_t>(from.strip)].cell->boxes.size();
    for (size_t i = 0; i < count; ++i)
        for (Band band : {Band::Forward, Band::Backward}) {
            const bool isShown =
                m_bands == Bands::Both || (m_bands == Bands::Forward) == (band == Band::Forward);
            const BoxRef ref{from.strip, static_cast<int>(i), band, from.t};
            if (!isShown || ref == from ||
                (band == Band::Backward && !m_state.scene->hasBackward()))
                continue;
            const SceneRect rect = m_state.scene->rectOf(ref);
            const double dy = (rect.y + rect.height / 2 - y) * (downwards ? 1 : -1);
            const double dx = std::abs(rect.x + rect.width / 2 - x);
            // a step aside counts much more than one up or down
            if (dy > 1 && dy + 4 * dx < bestDistance) {
                bestDistance = dy + 4 * dx;
                best = ref;
            }
        }
    return best;
}

BoxRef GraphView::firstVisibleBox() const
{
    const int main = m_state.scene->mainStrip();
    if (main < 0)
        return m_state.scene->outer().boxes.empty() ? BoxRef{} : BoxRef{-1, 0, Band::Forward, 0};
    const int64_t t = m_state.scene->timestepAt(main, visibleScene().x + 1);
    return {main, 0, m_bands == Bands::Backward ? Band::Backward : Band::Forward, t};
}

void GraphView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange && m_state.snapshot)
        startLayout(); // boxes are as wide as their text
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        refreshPalette();
}

}
