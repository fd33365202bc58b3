#include "views/canvas/cut_paths_painter.h"

#include "views/style/palette.h"

#include <QPainterPath>

#include <cmath>

namespace backstep {

namespace {

QPainterPath mapped(const CubicPath& path, const QTransform& map)
{
    QPainterPath drawn;
    if (path.empty())
        return drawn;
    const auto at = [&](size_t i) { return map.map(QPointF(path[i].x, path[i].y)); };
    drawn.moveTo(at(0));
    for (size_t i = 1; i + 2 < path.size(); i += 3)
        drawn.cubicTo(at(i), at(i + 1), at(i + 2));
    return drawn;
}

class PathPainter
{
public:
    PathPainter(QPainter& painter, const CanvasState& state, const CutPaths& paths,
                const Camera& camera, const QRectF& viewport, Bands bands)
        : m_painter(painter), m_state(state), m_paths(paths), m_camera(camera),
          m_viewport(viewport), m_isBackward(bands != Bands::Forward && state.scene->hasBackward())
    {
        m_ink = Palette::current().accent;
        m_ink.setAlphaF(0.35f);
        m_width = std::clamp(6 * camera.zoom, 2.0, 9.0);
    }

    void paint()
    {
        for (size_t i = 0; i < m_state.scene->strips().size(); ++i)
            paintStrip(i);
        for (size_t box = 0; box < m_paths.outer.size(); ++box)
            if (m_paths.outer[box])
                paintBox({-1, static_cast<int>(box), band(), 0});
    }

private:
    Band band() const { return m_isBackward ? Band::Backward : Band::Forward; }

    void paintStrip(size_t index)
    {
        const TimelineStrip& strip = m_state.scene->strips()[index];
        const int number = static_cast<int>(index);
        if (strip.stepCount == 0 || strip.period() * m_camera.zoom < 40) // bars have no paths
            return;
        const int64_t last =
            m_state.scene->timestepAt(number, m_camera.toSceneX(m_viewport.right()));
        int64_t t = m_state.scene->timestepAt(number, m_camera.toSceneX(m_viewport.left()));
        for (; t <= last; ++t) {
            paintEdges(strip, number, t);
            for (size_t op = 0; op < strip.cell->boxes.size(); ++op)
                if (m_paths.holds(number, static_cast<int>(op)))
                    paintBox({number, static_cast<int>(op), band(), t});
            paintChips(strip, t);
        }
    }

    void paintEdges(const TimelineStrip& strip, int number, int64_t t)
    {
        const double x = m_camera.toScreenX(strip.period() * static_cast<double>(t));
        const double y = m_camera.toScreenY(strip.axisY);
        const QTransform map(m_camera.zoom, 0, 0,
                             m_isBackward ? -m_camera.zoomY() : m_camera.zoomY(), x, y);
        const bool isReverse = strip.cell->outline.direction == Direction::Reverse;
        const int64_t end = strip.stepCount - 1;
        QPainterPath all;
        for (const CellEdge& edge : strip.cell->edges) {
            const CellLink& link = strip.cell->outline.links[static_cast<size_t>(edge.link)];
            const bool isOver = (edge.part == CellEdge::Out && t == (isReverse ? 0 : end)) ||
                                (edge.part == CellEdge::In && t == (isReverse ? end : 0));
            if (m_paths.holds(number, link.from) && m_paths.holds(number, link.to) && !isOver)
                all.addPath(mapped(edge.path, map));
        }
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(QPen(m_ink, m_width, Qt::SolidLine, Qt::RoundCap));
        m_painter.drawPath(all); // one path: where edges meet the ink is no thicker
    }

    void paintBox(const BoxRef& box)
    {
        const QRectF rect = m_camera.toScreen(m_state.scene->rectOf(box));
        const double away = std::clamp(3 * m_camera.zoom, 1.5, 4.0);
        m_painter.setPen(QPen(m_ink, 2 * away));
        m_painter.setBrush(Qt::NoBrush);
        m_painter.drawRoundedRect(rect.adjusted(-away, -away, away, away), 5, 5);
    }

    void paintChips(const TimelineStrip& strip, int64_t t)
    {
        const double x = m_camera.toScreenX(strip.period() * static_cast<double>(t));
        const double y = m_camera.toScreenY(strip.axisY);
        m_painter.setPen(QPen(Palette::current().accent, 2));
        m_painter.setBrush(Qt::NoBrush);
        for (const CellChip& chip : strip.cell->chips) {
            const CellWeight& use = strip.cell->outline.weights[static_cast<size_t>(chip.weight)];
            if (!m_paths.isFor(use.weight))
                continue;
            const Rect rect = m_isBackward ? chip.rect.mirrored() : chip.rect;
            const QRectF drawn(x + rect.x * m_camera.zoom, y + rect.y * m_camera.zoomY(),
                               rect.width * m_camera.zoom, rect.height * m_camera.zoomY());
            m_painter.drawRoundedRect(drawn.adjusted(-2, -2, 2, 2), 4, 4);
        }
    }

    QPainter& m_painter;
    const CanvasState& m_state;
    const CutPaths& m_paths;
    const Camera& m_camera;
    const QRectF& m_viewport;
    bool m_isBackward;
    QColor m_ink;
    double m_width;
};

}

void paintCutPaths(QPainter& painter, const CanvasState& state, const CutPaths& paths,
                   const Camera& camera, const QRectF& viewport, Bands bands)
{
    if (paths.isEmpty())
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    PathPainter(painter, state, paths, camera, viewport, bands).paint();
}

}
