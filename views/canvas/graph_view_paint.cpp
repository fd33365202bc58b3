#include "views/canvas/graph_view.h"

#include "views/canvas/cut_paths_painter.h"
#include "views/canvas/overlay.h"
#include "views/canvas/pinned.h"

#include <QPainter>

namespace backstep {

namespace {

void paintCentred(QPainter& painter, const QRectF& rect, const QString& text, const QFont& font)
{
    painter.setFont(pinned::labelFont(font, 13, QFont::Normal));
    painter.setPen(Palette::current().second);
    painter.drawText(rect, Qt::AlignCenter | Qt::TextWordWrap, text);
}

}

void GraphView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    const Palette& palette = Palette::current();
    const QRectF all = viewport()->rect();
    painter.fillRect(all, palette.panel);
    if (!m_state.scene)
        return paintEmpty(painter);
    const QRectF canvas = canvasRect();
    const bool hasLanes = m_state.scene->mainStrip() >= 0;
    const QRectF cells = hasLanes ? all.adjusted(pinned::kLaneWidth, 0, 0, 0) : all;
    const QRectF below = hasLanes ? cells.adjusted(0, pinned::kTimeHeight, 0, 0) : cells;
    const int64_t current = currentTimestep();

    painter.save();
    painter.setClipRect(cells);
    overlay::paintGround(painter, m_state, m_camera, cells, current);
    painter.setClipRect(below); // what scrolls up must not run into the timesteps
    m_painter.paint(painter, m_state, m_camera, cells, m_bands, font());
    paintCutPaths(painter, m_state, m_cutPaths, m_camera, cells, m_bands);
    const overlay::Marks marks{m_selected, m_hovered, m_isEverywhere, m_bands, font()};
    overlay::paintMarks(painter, m_state, m_camera, cells, marks);
    painter.restore();
    if (hasLanes) {
        pinned::paintLaneLabels(painter, m_state, m_camera, all, m_bands, font());
        painter.setClipRect(cells);
        pinned::paintTimeHeader(painter, m_state, m_camera, all, current, font());
        painter.setClipping(false);
    }
    if (m_job.isRunning())
        paintCentred(painter, QRectF(canvas.left(), canvas.bottom() - 30, canvas.width(), 24),
                     tr("laying out…"), font());
}

void GraphView::paintEmpty(QPainter& painter)
{
    const QRectF rect = viewport()->rect();
    if (m_job.isRunning() && m_pending)
        paintCentred(painter, rect,
                     tr("laying out %1 ops…").arg(m_pending->program->nodeIds().size()), font());
    else if (m_pending)
        paintCentred(painter, rect, tr("The layout was cancelled. Home begins it anew."), font());
    else
        paintCentred(painter, rect, tr("Drop a model here, or open an example"), font());
}

}
