#include "views/canvas/strokes.h"

#include <cmath>

namespace backstep {

namespace {

constexpr double kArrowLength = 6.5, kArrowHalf = 3;
constexpr double kSmallestHead = 0.4; ///< scale below which arrowheads are dust

QPen penOf(Stroke stroke, const Palette& palette, double scale)
{
    const double unit = std::clamp(scale, 0.7, 1.8);
    QPen pen(inkOf(stroke, palette));
    pen.setCapStyle(Qt::FlatCap);
    switch (stroke) {
    case Stroke::ForwardDone:
        pen.setWidthF(1.25 * unit);
        break;
    case Stroke::GradientDone:
        pen.setWidthF(1.75 * unit);
        break;
    case Stroke::GradientAhead:
        pen.setWidthF(unit);
        pen.setDashPattern({1.5, 2.5});
        break;
    case Stroke::Lost:
    case Stroke::Blocked:
        pen.setWidthF(unit);
        pen.setDashPattern({5, 4});
        break;
    case Stroke::ZeroDone:
        pen.setWidthF(4 * unit);
        break;
    default:
        pen.setWidthF(unit);
    }
    return pen;
}

}

Stroke forwardStroke(bool isDone)
{
    return isDone ? Stroke::ForwardDone : Stroke::ForwardAhead;
}

Stroke gradientStroke(Flow flow, bool isDone)
{
    switch (flow) {
    case Flow::None:
        return Stroke::Lost;
    case Flow::Zero:
        return isDone ? Stroke::ZeroDone : Stroke::ZeroAhead;
    case Flow::Blocked:
        return Stroke::Blocked;
    case Flow::Live:
        break;
    }
    return isDone ? Stroke::GradientDone : Stroke::GradientAhead;
}

QColor inkOf(Stroke stroke, const Palette& palette)
{
    const auto faint = [](QColor colour, double alpha) {
        colour.setAlphaF(static_cast<float>(alpha));
        return colour;
    };
    switch (stroke) {
    case Stroke::ForwardDone:
        return palette.forward;
    case Stroke::ForwardAhead:
        return faint(palette.forward, 0.45);
    case Stroke::GradientDone:
        return palette.backward;
    case Stroke::GradientAhead:
        return palette.controlBorder;
    case Stroke::ZeroDone:
        return palette.zero;
    case Stroke::ZeroAhead: // the light role has no reserve of contrast
        return palette.isDark ? faint(palette.zero, 0.7) : palette.zero;
    case Stroke::Lost:
        return palette.lost;
    case Stroke::Blocked:
        return palette.failed;
    case Stroke::Saved:
        return palette.third;
    }
    return palette.third;
}

QPainterPath painterPath(const CubicPath& path)
{
    QPainterPath drawn;
    if (path.empty())
        return drawn;
    const auto point = [](Point p) { return QPointF(p.x, p.y); };
    drawn.moveTo(point(path[0]));
    for (size_t i = 1; i + 2 < path.size(); i += 3)
        drawn.cubicTo(point(path[i]), point(path[i + 1]), point(path[i + 2]));
    return drawn;
}

void StrokeBatch::add(Stroke stroke, const CubicPath& path, const QTransform& map, Head head)
{
    if (path.size() < 4)
        return;
    const size_t index = static_cast<size_t>(stroke);
    m_lines[index].addPath(map.map(painterPath(path)));
    if (head == NoHead)
        return;
    const auto mapped = [&](Point p) { return map.map(QPointF(p.x, p.y)); };
    const QPointF tip = mapped(head == AtEnd ? path.back() : path.front());
    // the tangent, taken a little away from the tip where cubics degenerate to lines
    const Point near =
        head == AtEnd ? cubicAt(&path[path.size() - 4], 0.85f) : cubicAt(&path[0], 0.15f);
    const QPointF away = tip - mapped(near);
    const double length = std::hypot(away.x(), away.y());
    if (length > 0)
        m_arrows[index].push_back({tip, away / length});
}

void StrokeBatch::paint(QPainter& painter, const Palette& palette, double scale) const
{
    const double unit = std::clamp(scale, 0.7, 1.8);
    for (size_t i = 0; i < m_lines.size(); ++i) {
        if (m_lines[i].isEmpty())
            continue;
        const Stroke stroke = static_cast<Stroke>(i);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(penOf(stroke, palette, scale));
        painter.drawPath(m_lines[i]);
        if (stroke == Stroke::ZeroDone) { // two lines: the middle of a wide one is taken out again
            painter.setPen(QPen(palette.panel, 2 * unit, Qt::SolidLine, Qt::FlatCap));
            painter.drawPath(m_lines[i]);
        }
        if (m_arrows[i].empty() || scale < kSmallestHead)
            continue;
        QPainterPath heads;
        heads.setFillRule(Qt::WindingFill);
        for (const Arrow& arrow : m_arrows[i]) {
            const QPointF back = arrow.tip - arrow.direction * kArrowLength * unit;
            const QPointF side(-arrow.direction.y() * kArrowHalf * unit,
                               arrow.direction.x() * kArrowHalf * unit);
            heads.addPolygon(QPolygonF({arrow.tip, back + side, back - side, arrow.tip}));
        }
        painter.fillPath(heads, inkOf(stroke, palette));
    }
}

}
