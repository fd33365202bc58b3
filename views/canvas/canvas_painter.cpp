#include "views/canvas/canvas_painter.h"

#include "views/canvas/cell_painter.h"
#include "views/canvas/outer_painter.h"
#include "views/canvas/strip_links.h"
#include "views/canvas/strokes.h"

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr double kOverhang = 6;        ///< ports stand on the border of a cell
constexpr size_t kMostPixmaps = 8;     ///< kinds of instances, for a zoom or two
constexpr double kLargestPixmap = 6e6; ///< device pixels; larger cells are drawn directly

double snapped(double position, double ratio)
{
    return std::round(position * ratio) / ratio;
}

}

void CanvasPainter::paint(QPainter& painter, const CanvasState& state, const Camera& camera,
                          const QRectF& viewport, Bands bands, const QFont& font)
{
    if (!state.scene)
        return;
    for (size_t i = 0; i < state.scene->strips().size(); ++i)
        paintStrip(painter, state, i, camera, viewport, bands, font);
    paintStripLinks(painter, state, camera, viewport, bands);
    paintOuter(painter, state, camera, viewport, bands, font);
}

void CanvasPainter::paintStripLinks(QPainter& painter, const CanvasState& state,
                                    const Camera& camera, const QRectF& viewport, Bands bands) const
{
    StrokeBatch batch;
    for (const StripLink& link : state.scene->stripLinks()) {
        const TimelineStrip& above = state.scene->strips()[static_cast<size_t>(link.from)];
        const TimelineStrip& below = state.scene->strips()[static_cast<size_t>(link.to)];
        if (std::max(m_finest, detailFor(camera.zoom, above.period())) > Detail::Edges)
            continue;
        const size_t op = static_cast<size_t>(link.fromOp), reader = static_cast<size_t>(link.toOp);
        const StripLooks& readers = state.looks[static_cast<size_t>(link.to)];
        const StripLooks& makers = state.looks[static_cast<size_t>(link.from)];
        const int64_t last =
            state.scene->timestepAt(link.from, camera.toSceneX(viewport.right() + 8));
        int64_t t = state.scene->timestepAt(link.from, camera.toSceneX(viewport.left() - 8));
        for (; t <= last; ++t) {
            const double x = camera.toScreenX(above.period() * static_cast<double>(t));
            const QTransform map(camera.zoom, 0, 0, camera.zoomY(), x, camera.toScreenY(0));
            const Flow flow =
                std::min(readers.at(t).ops[reader].leaving, makers.at(t).ops[op].arriving);
            const bool isRead = state.progress.cell(below, link.to, t).isForwardDone(link.toOp);
            const bool isBack = state.progress.cell(below, link.to, t).isBackwardDone(link.toOp);
            if (bands != Bands::Backward)
                batch.add(forwardStroke(isRead), link.forward, map, StrokeBatch::AtEnd);
            if (bands != Bands::Forward && above.cell->outline.hasBackward)
                batch.add(gradientStroke(flow, isBack), link.gradient, map, StrokeBatch::NoHead);
        }
    }
    painter.setRenderHint(QPainter::Antialiasing);
    batch.paint(painter, Palette::current(), camera.zoom);
}

void CanvasPainter::paintStrip(QPainter& painter, const CanvasState& state, size_t index,
                               const Camera& camera, const QRectF& viewport, Bands bands,
                               const QFont& font)
{
    const TimelineStrip& strip = state.scene->strips()[index];
    const double top = camera.toScreenY(strip.axisY + strip.cell->top);
    const double bottom = camera.toScreenY(strip.axisY + strip.cell->bottom);
    const bool isVisible = strip.stepCount > 0 && bottom >= viewport.top() &&
                           top <= viewport.bottom() && camera.toScreenX(0) <= viewport.right() &&
                           camera.toScreenX(strip.width()) >= viewport.left();
    if (!isVisible)
        return;
    const Detail detail = std::max(m_finest, detailFor(camera.zoom, strip.period()));
    if (detail >= Detail::Bars)
        paintBars(painter, state, index, camera, viewport, bands, detail == Detail::Heat);
    else
        paintCells(painter, state, index, camera, viewport, bands, font, detail);
}

void CanvasPainter::paintCells(QPainter& painter, const CanvasState& state, size_t index,
                               const Camera& camera, const QRectF& viewport, Bands bands,
                               const QFont& font, Detail detail)
{
    const TimelineStrip& strip = state.scene->strips()[index];
    const int number = static_cast<int>(index);
    const int64_t first = state.scene->timestepAt(number, camera.toSceneX(viewport.left() - 8));
    const int64_t last = state.scene->timestepAt(number, camera.toSceneX(viewport.right() + 8));
    const double ratio = painter.device()->devicePixelRatioF();
    const double originY = snapped(camera.toScreenY(strip.axisY), ratio);
    const CellPainter cells(Palette::current(), font, camera, detail, bands);
    const double area = strip.period() * camera.zoom * strip.cell->extent() * camera.zoomY();
    const bool isCached = area * ratio * ratio < kLargestPixmap;
    for (int64_t t = first; t <= last; ++t) {
        const CellProgress progress = state.progress.cell(strip, number, t);
        const double originX =
            snapped(camera.toScreenX(strip.period() * static_cast<double>(t)), ratio);
        if (progress.isUniform() && isCached) {
            const Key key{index,
                          camera.zoom,
                          ratio,
                          detail,
                          bands,
                          progress.forward,
                          progress.backward,
                          state.looks[index].kindAt(t)};
            const QPixmap& pixmap = cellPixmap(state, key, camera, progress, font);
            const double above = std::ceil(-strip.cell->top * camera.zoomY()) + kOverhang;
            painter.drawPixmap(QPointF(originX - kOverhang, originY - above), pixmap);
        } else {
            cells.paint(painter, *strip.cell, state.looks[index].at(t), progress,
                        {originX, originY});
        }
        cells.paintTimestepTexts(painter, *strip.cell, t, progress.forward != CellProgress::Ahead,
                                 {originX, originY});
    }
}

const QPixmap& CanvasPainter::cellPixmap(const CanvasState& state, const Key& key,
                                         const Camera& camera, const CellProgress& progress,
                                         const QFont& font)
{
    for (const Cached& cached : m_cells)
        if (cached.key == key)
            return cached.pixmap;
    if (m_cells.size() >= kMostPixmaps)
        m_cells.erase(m_cells.begin());
    const CellLayout& cell = *state.scene->strips()[key.strip].cell;
    const double above = std::ceil(-cell.top * camera.zoomY()) + kOverhang;
    const double below = std::ceil(cell.bottom * camera.zoomY()) + kOverhang;
    const double width = std::ceil(cell.period * camera.zoom) + 2 * kOverhang;
    QPixmap pixmap((QSizeF(width, above + below) * key.ratio).toSize());
    pixmap.setDevicePixelRatio(key.ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    const CellPainter cells(Palette::current(), font, camera, key.detail, key.bands);
    cells.paint(painter, cell, state.looks[key.strip].kinds()[key.kind], progress,
                {kOverhang, above});
    painter.end();
    m_cells.push_back({key, std::move(pixmap)});
    return m_cells.back().pixmap;
}

void CanvasPainter::paintBars(QPainter& painter, const CanvasState& state, size_t index,
                              const Camera& camera, const QRectF& viewport, Bands bands,
                              bool isHeat) const
{
    const TimelineStrip& strip = state.scene->strips()[index];
    const int number = static_cast<int>(index);
    const Palette& palette = Palette::current();
    painter.setRenderHint(QPainter::Antialiasing, false);
    const int64_t last = state.scene->timestepAt(number, camera.toSceneX(viewport.right()));
    int64_t t = state.scene->timestepAt(number, camera.toSceneX(viewport.left()));
    // far out one step of the loop is a column of pixels
    const double pixels = strip.period() * camera.zoom;
    const int64_t stride = std::max<int64_t>(1, static_cast<int64_t>(1 / pixels));
    const bool hasGradients = bands != Bands::Forward && strip.cell->outline.hasBackward;
    for (; t <= last; t += stride) {
        const CellProgress progress = state.progress.cell(strip, number, t);
        const double left = camera.toScreenX(strip.period() * static_cast<double>(t));
        for (const LayerBar& bar : state.bars[index][state.looks[index].kindAt(t)]) {
            const double y = camera.toScreenY(strip.axisY + bar.rect.y);
            const double height = std::max(2.0, bar.rect.height * camera.zoomY());
            const double mirroredY = camera.toScreenY(strip.axisY - bar.rect.bottom());
            double x = left + bar.rect.x * camera.zoom, width = bar.rect.width * camera.zoom;
            if (isHeat) {
                x = std::floor(left);
                width = std::ceil(std::max(1.0, pixels * static_cast<double>(stride))) + 0.01;
            }
            width = std::max(width, bar.isCause ? 3.0 : 1.0);
            if (bands != Bands::Backward)
                painter.fillRect(
                    QRectF(x, y, width, height),
                    bar.isCause ? blockColour(palette, bar.look, true)
                                : forwardBlockColour(palette, progress.isForwardDone(bar.firstOp)));
            if (hasGradients)
                painter.fillRect(
                    QRectF(x, mirroredY, width, height),
                    blockColour(palette, bar.look, progress.isBackwardDone(bar.firstOp)));
        }
    }
}

}
