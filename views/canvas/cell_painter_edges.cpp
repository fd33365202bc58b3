#include "views/canvas/cell_painter.h"

#include "views/canvas/metrics.h"

namespace backstep {

void CellPainter::addForwardEdges(StrokeBatch& batch, const CellLayout& cell,
                                  const CellProgress& progress, QPointF origin) const
{
    const QTransform map = transform(Band::Forward, origin);
    for (const CellEdge& edge : cell.edges) {
        const CellLink& link = cell.outline.links[static_cast<size_t>(edge.link)];
        // a value is drawn once it was made; across the border, once it was read
        const int witness = edge.part == CellEdge::In || link.from < 0 ? link.to : link.from;
        const bool isDone = witness >= 0 && progress.isForwardDone(witness);
        batch.add(forwardStroke(isDone), edge.path, map,
                  edge.part == CellEdge::Out ? StrokeBatch::NoHead : StrokeBatch::AtEnd);
    }
    if (m_detail == Detail::Text) {
        for (const CellPill& pill : cell.pills) {
            const OutlineInput& input = cell.outline.inputs[static_cast<size_t>(pill.input)];
            for (const CubicPath& path : pill.paths)
                batch.add(forwardStroke(progress.isForwardDone(input.op)), path, map,
                          StrokeBatch::AtEnd);
        }
        for (const CellChip& chip : cell.chips) {
            const int op = cell.outline.weights[static_cast<size_t>(chip.weight)].op;
            batch.add(forwardStroke(progress.isForwardDone(op)), chip.stub, map,
                      StrokeBatch::NoHead);
        }
    }
}

void CellPainter::addGradientEdges(StrokeBatch& batch, const CellLayout& cell,
                                   const CellLooks& looks, const CellProgress& progress,
                                   QPointF origin) const
{
    const QTransform map = transform(Band::Backward, origin);
    for (const CellEdge& edge : cell.edges) {
        const CellLink& link = cell.outline.links[static_cast<size_t>(edge.link)];
        const Flow flow = looks.along(link);
        if (edge.part == CellEdge::Out) {
            // comes from the timestep that ran before in backward; the last one has none
            if (!progress.isLast && link.to >= 0)
                batch.add(gradientStroke(flow, progress.laterBackward), edge.path, map,
                          link.from >= 0 ? StrokeBatch::AtStart : StrokeBatch::NoHead);
            continue;
        }
        batch.add(gradientStroke(flow, progress.isBackwardDone(link.to)), edge.path, map,
                  edge.part == CellEdge::In && progress.isFirst ? StrokeBatch::NoHead
                                                                : StrokeBatch::AtStart);
    }
}

void CellPainter::addSums(StrokeBatch& batch, const CellLayout& cell, const CellLooks& looks,
                          const CellProgress& progress, QPointF origin) const
{
    // sums run towards the timestep whose gradient comes last
    const bool isReverse = cell.outline.direction == Direction::Reverse;
    const QTransform map = transform(Band::Forward, origin);
    const float end = isReverse ? cell.period : 0.0f, start = isReverse ? 0.0f : cell.period;
    for (const CellChip& chip : cell.chips) {
        const CellWeight& use = cell.outline.weights[static_cast<size_t>(chip.weight)];
        const CellLane& lane = cell.sumLanes[static_cast<size_t>(chip.lane)];
        const Flow flow = looks.sums[static_cast<size_t>(chip.lane)];
        const Stroke stroke = gradientStroke(flow, progress.isBackwardDone(use.op));
        const Rect below = chip.rect.mirrored();
        CubicPath down{{chip.lineX, below.bottom()}};
        lineTo(down, {chip.lineX, lane.y});
        batch.add(stroke, down, map, StrokeBatch::NoHead);
        CubicPath on{{chip.lineX, lane.y}};
        lineTo(on, {end, lane.y});
        batch.add(stroke, on, map, StrokeBatch::NoHead);
        if (!progress.isLast) {
            CubicPath from{{start, lane.y}};
            lineTo(from, {chip.lineX, lane.y});
            batch.add(gradientStroke(flow, progress.laterBackward), from, map, StrokeBatch::NoHead);
        }
        if (!chip.stub.empty())
            batch.add(stroke, chip.stub, transform(Band::Backward, origin), StrokeBatch::NoHead);
    }
}

void CellPainter::paintJoints(QPainter& painter, const CellLayout& cell, const CellLooks& looks,
                              const CellProgress& progress, QPointF origin) const
{
    const QTransform map = transform(Band::Forward, origin);
    const double radius = std::clamp(2.5 * m_camera.zoom, 1.2, 4.0);
    painter.setPen(Qt::NoPen);
    for (const CellChip& chip : cell.chips) {
        const CellWeight& use = cell.outline.weights[static_cast<size_t>(chip.weight)];
        const size_t lane = static_cast<size_t>(chip.lane);
        painter.setBrush(
            inkOf(gradientStroke(looks.sums[lane], progress.isBackwardDone(use.op)), m_palette));
        painter.drawEllipse(map.map(QPointF(chip.lineX, cell.sumLanes[lane].y)), radius, radius);
    }
}

Stroke CellPainter::carryStroke(const CellLayout& cell, const CellLooks& looks,
                                const CellProgress& progress, int carry) const
{
    for (const CellLink& link : cell.outline.links)
        if (link.carry == carry && link.to >= 0)
            return gradientStroke(looks.along(link), progress.isBackwardDone(link.to));
    return gradientStroke(Flow::None, false);
}

void CellPainter::paintPorts(QPainter& painter, const CellLayout& cell, const CellLooks& looks,
                             const CellProgress& progress, QPointF origin) const
{
    // carries enter at the left border, or at the right one when time runs backwards
    const bool isReverse = cell.outline.direction == Direction::Reverse;
    const float x = isReverse ? cell.period : 0.0f;
    const double size = metrics::kPortSize * std::clamp(m_camera.zoom, 0.8, 1.6);
    const auto port = [&](float y, const QColor& ink) {
        const QPointF centre = transform(Band::Forward, origin).map(QPointF(x, y));
        painter.setPen(QPen(ink, 1.25));
        painter.setBrush(m_palette.panel);
        painter.drawRect(QRectF(centre.x() - size / 2, centre.y() - size / 2, size, size));
    };
    for (const CellLane& lane : cell.carryLanes) {
        if (shows(Band::Forward))
            port(lane.y, inkOf(forwardStroke(progress.forward != CellProgress::Ahead), m_palette));
        if (shows(Band::Backward) && cell.outline.hasBackward)
            port(-lane.y, inkOf(carryStroke(cell, looks, progress, lane.carry), m_palette));
    }
}

}
