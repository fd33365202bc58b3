#include "views/canvas/overlay.h"

#include "views/canvas/box_painter.h"
#include "views/canvas/cell_painter.h"
#include "views/style/palette.h"

#include <QCoreApplication>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace backstep::overlay {

namespace {

class MarkPainter
{
public:
    MarkPainter(QPainter& painter, const CanvasState& state, const Camera& camera,
                const QRectF& viewport, const Marks& marks)
        : m_painter(painter), m_state(state), m_camera(camera), m_viewport(viewport),
          m_marks(marks), m_palette(Palette::current())
    {}

    void paint()
    {
        m_painter.setRenderHint(QPainter::Antialiasing);
        for (const BoxRef& box : {m_marks.selected, m_marks.hovered})
            if (box.isValid() && box.strip >= 0 && m_camera.zoom > 0.3)
                savedLines(box);
        if (m_marks.hovered.isValid() && !(m_marks.hovered == m_marks.selected))
            hover(m_marks.hovered);
        if (m_marks.selected.isValid())
            selection();
        checkedPlaces();
        currentArrow();
    }

private:
    bool shows(Band band) const
    {
        if (band == Band::Backward && !m_state.scene->hasBackward())
            return false;
        return m_marks.bands == Bands::Both ||
               (m_marks.bands == Bands::Forward) == (band == Band::Forward);
    }

    QRectF drawnRect(const BoxRef& box) const
    {
        const QRectF rect = m_camera.toScreen(m_state.scene->rectOf(box));
        return {std::round(rect.x()) + 0.5, std::round(rect.y()) + 0.5, std::round(rect.width()),
                std::round(rect.height())};
    }

    void ring(const BoxRef& box)
    {
        if (!shows(box.band))
            return;
        const QRectF rect = drawnRect(box);
        if (!rect.adjusted(-8, -8, 8, 8).intersects(m_viewport))
            return;
        const double away = std::clamp(4 * m_camera.zoom, 2.5, 5.0);
        const double radius = std::clamp(6 * m_camera.zoom, 3.0, 9.0);
        QPainterPath wash;
        wash.addRoundedRect(rect.adjusted(-away, -away, away, away), radius, radius);
        QPainterPath inner;
        inner.addRoundedRect(rect, radius / 1.5, radius / 1.5);
        QColor tint = m_palette.accent;
        tint.setAlphaF(0.2f);
        m_painter.fillPath(wash.subtracted(inner), tint);
        m_painter.setPen(QPen(m_palette.accent, 2));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawPath(wash);
        if (m_camera.zoom < 0.4)
            return;
        const BoxPainter boxes(m_painter, m_palette, nodeFont(m_marks.font, m_camera.zoom),
                               m_camera.zoom);
        boxes.badge(rect, m_state.lookAt(box).mark);
        if (box.band == Band::Backward || !shows(Band::Backward))
            boxes.checkBadge(rect, m_state.lookAt(box).check);
    }

    void selection()
    {
        const BoxRef partner = m_state.scene->partnerOf(m_marks.selected);
        if (m_marks.isEverywhere && m_marks.selected.strip >= 0) {
            const TimelineStrip& strip =
                m_state.scene->strips()[static_cast<size_t>(m_marks.selected.strip)];
            const bool areRingsVisible = strip.period() * m_camera.zoom > 12;
            BoxRef box = m_marks.selected;
            const int64_t last =
                m_state.scene->timestepAt(box.strip, m_camera.toSceneX(m_viewport.right()));
            box.t = m_state.scene->timestepAt(box.strip, m_camera.toSceneX(m_viewport.left()));
            for (; areRingsVisible && box.t <= last; ++box.t)
                ring(box);
        }
        if (partner.isValid()) {
            joint(m_marks.selected, partner);
            ring(partner);
        }
        ring(m_marks.selected);
    }

    /// A ring where the check of an op's gradient went furthest; of the worst of all also between
    /// which elements.
    void checkedPlaces()
    {
        if (!m_state.checks)
            return;
        for (const auto& [node, check] : *m_state.checks) {
            if (check.mark != CheckMark::Fails)
                continue;
            BoxRef box = m_state.scene->boxOf(check.at);
            if (const BoxRef partner = box.isValid() ? m_state.scene->partnerOf(box) : box;
                partner.isValid() && shows(partner.band))
                box = partner; // the check is of the gradient
            if (box.isValid() && shows(box.band))
                checkedPlace(box, check);
        }
    }

    void checkedPlace(const BoxRef& box, const OpCheckMark& check)
    {
        const QRectF rect = drawnRect(box);
        if (!rect.adjusted(-200, -30, 200, 30).intersects(m_viewport))
            return;
        QPen pen(m_palette.failed, 2);
        pen.setDashPattern({3, 2});
        m_painter.setPen(pen);
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRoundedRect(rect.adjusted(-6, -6, 6, 6), 8, 8);
        if (!check.isWorst || m_camera.zoom < kTextZoom)
            return;
        QFont font = m_marks.font;
        font.setPixelSize(11);
        m_painter.setFont(font);
        const QString words =
            QCoreApplication::translate("GraphView", "worst: %1").arg(check.element);
        const double width = m_painter.fontMetrics().horizontalAdvance(words) + 16;
        const QRectF tag(rect.center().x() - width / 2, rect.bottom() + 10, width, 18);
        m_painter.setPen(QPen(m_palette.failed, 1));
        m_painter.setBrush(m_palette.panel);
        m_painter.drawRoundedRect(tag, 4, 4);
        m_painter.setPen(m_palette.text);
        m_painter.drawText(tag, Qt::AlignCenter, words);
    }

    /// A dotted line from an op to its gradient: the same op, seen in both passes.
    void joint(const BoxRef& a, const BoxRef& b)
    {
        if (!shows(a.band) || !shows(b.band) || m_camera.zoom < 0.3)
            return;
        QRectF upper = drawnRect(a), lower = drawnRect(b);
        if (upper.top() > lower.top())
            std::swap(upper, lower);
        QPen pen(m_palette.third, 1);
        pen.setDashPattern({1, 3});
        m_painter.setPen(pen);
        m_painter.drawLine(QPointF(upper.center().x(), upper.bottom() + 6),
                           QPointF(lower.center().x(), lower.top() - 6));
    }

    void hover(const BoxRef& box)
    {
        if (!shows(box.band))
            return;
        QColor ink = m_palette.accent;
        ink.setAlphaF(0.55f);
        m_painter.setPen(QPen(ink, 1.5));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRoundedRect(drawnRect(box).adjusted(-2.5, -2.5, 2.5, 2.5), 6, 6);
    }

    /// From a kept forward value to the gradients that read it, or the other way round.
    void savedLines(const BoxRef& box)
    {
        if (m_marks.bands != Bands::Both)
            return;
        const CellOutline& outline =
            m_state.scene->strips()[static_cast<size_t>(box.strip)].cell->outline;
        m_painter.setPen(QPen(m_palette.third, 1));
        m_painter.setBrush(Qt::NoBrush);
        for (const auto& [from, to] : outline.saved) {
            if ((box.band == Band::Forward ? from : to) != box.box || from == to)
                continue;
            const QRectF kept = drawnRect({box.strip, from, Band::Forward, box.t});
            const QRectF reader = drawnRect({box.strip, to, Band::Backward, box.t});
            const QPointF a(kept.center().x(), kept.bottom());
            const QPointF b(reader.center().x(), reader.top());
            const double reach = std::abs(b.y() - a.y()) * 0.45;
            QPainterPath path(a);
            path.cubicTo(a + QPointF(0, reach), b - QPointF(0, reach), b);
            m_painter.drawPath(path);
            m_painter.setBrush(m_palette.third);
            m_painter.drawEllipse(b, 2, 2);
            m_painter.setBrush(Qt::NoBrush);
        }
    }

    void currentArrow()
    {
        const BoxRef box = m_state.scene->boxOf(m_state.progress.current());
        if (!box.isValid() || !shows(box.band))
            return;
        const QRectF rect = drawnRect(box);
        const double size = std::clamp(5.5 * m_camera.zoom, 4.0, 8.0);
        const bool isBackward = box.band == Band::Backward;
        // the pass comes from the right in the backward band
        const double away = std::clamp(9 * m_camera.zoom, 5.0, 12.0) + 4;
        const double tip = isBackward ? rect.right() + away : rect.left() - away;
        const double tail = isBackward ? tip + size * 1.6 : tip - size * 1.6;
        const double y = rect.center().y();
        m_painter.setPen(QPen(m_palette.panel, 1.5));
        m_painter.setBrush(m_palette.accent);
        m_painter.drawPolygon(
            QPolygonF({QPointF(tip, y), QPointF(tail, y - size), QPointF(tail, y + size)}));
    }

    QPainter& m_painter;
    const CanvasState& m_state;
    const Camera& m_camera;
    const QRectF& m_viewport;
    const Marks& m_marks;
    const Palette& m_palette;
};

void paintGrid(QPainter& painter, const Camera& camera, const QRectF& viewport)
{
    constexpr double kPitch = 24;
    if (camera.zoom < 0.6)
        return;
    QColor ink = Palette::current().rule;
    ink.setAlphaF(0.7f);
    const double stepX = kPitch * camera.zoom, stepY = kPitch * camera.zoomY();
    const double x0 =
        camera.toScreenX(std::floor(camera.toSceneX(viewport.left()) / kPitch) * kPitch);
    const double y0 = camera.toScreenY(std::floor(camera.y / kPitch) * kPitch);
    QVector<QPointF> dots;
    for (double y = y0; y < viewport.bottom(); y += stepY)
        for (double x = x0; x < viewport.right(); x += stepX)
            dots.append({std::round(x) + 0.5, std::round(y) + 0.5});
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(ink, 1));
    painter.drawPoints(dots.constData(), static_cast<int>(dots.size()));
}

}

void paintGround(QPainter& painter, const CanvasState& state, const Camera& camera,
                 const QRectF& viewport, int64_t current)
{
    const Palette& palette = Palette::current();
    const int main = state.scene->mainStrip();
    if (current >= 0 && main >= 0) {
        const TimelineStrip& strip = state.scene->strips()[static_cast<size_t>(main)];
        const double left = camera.toScreenX(strip.period() * static_cast<double>(current));
        const double width = std::max(2.0, strip.period() * camera.zoom);
        QColor wash = palette.accent;
        wash.setAlphaF(palette.isDark ? 0.08f : 0.04f);
        painter.fillRect(QRectF(std::round(left), 0, std::round(width), viewport.bottom()), wash);
        if (width > 60) {
            QPen border(palette.controlBorder, 1);
            border.setDashPattern({3, 3});
            painter.setPen(border);
            for (double x : {left, left + width})
                painter.drawLine(QPointF(std::round(x) + 0.5, 0),
                                 QPointF(std::round(x) + 0.5, viewport.bottom()));
        }
    }
    paintGrid(painter, camera, viewport);
}

void paintMarks(QPainter& painter, const CanvasState& state, const Camera& camera,
                const QRectF& viewport, const Marks& marks)
{
    MarkPainter(painter, state, camera, viewport, marks).paint();
}

}
