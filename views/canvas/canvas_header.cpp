#include "views/canvas/canvas_header.h"

#include "views/canvas/graph_view.h"
#include "views/canvas/pinned.h"
#include "views/style/palette.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <cmath>

namespace backstep {

namespace {

constexpr int kFit = 3;
constexpr double kSegmentsLeft = 8, kSegmentHeight = 24;
constexpr double kSegmentPadding = 14;
constexpr Bands kOrder[] = {Bands::Forward, Bands::Backward, Bands::Both};

QFont textFont(const QFont& base)
{
    return pinned::labelFont(base, 12, QFont::Normal);
}

}

CanvasHeader::CanvasHeader(GraphView& view) : QWidget(&view), m_view(view)
{
    setMouseTracking(true);
    setAccessibleName(tr("Bands and zoom of the graph"));
    connect(&view, &GraphView::zoomChanged, this, [this] { update(); });
    connect(&view, &GraphView::bandsChanged, this, [this] { update(); });
    connect(&view, &GraphView::stateChanged, this, [this] { update(); });
}

QRectF CanvasHeader::segmentRect(int index) const
{
    const QString labels[] = {tr("Forward"), tr("Backward"), tr("Both")};
    const QFontMetricsF metrics(textFont(font()));
    double x = kSegmentsLeft + 2;
    for (int i = 0; i < index; ++i)
        x += std::ceil(metrics.horizontalAdvance(labels[i])) + 2 * kSegmentPadding;
    const double width = std::ceil(metrics.horizontalAdvance(labels[index])) + 2 * kSegmentPadding;
    return {x, (height() - 1 - kSegmentHeight) / 2, width, kSegmentHeight};
}

QRectF CanvasHeader::fitRect() const
{
    return {width() - 34.0, (height() - 25) / 2.0, 24, 24};
}

int CanvasHeader::hitAt(QPointF position) const
{
    for (int i = 0; i < 3; ++i)
        if (segmentRect(i).contains(position))
            return i;
    return fitRect().contains(position) ? kFit : -1;
}

void CanvasHeader::paintSegments(QPainter& painter) const
{
    const Palette& palette = Palette::current();
    const QString labels[] = {tr("Forward"), tr("Backward"), tr("Both")};
    const QRectF all = segmentRect(0).united(segmentRect(2)).adjusted(-2, -1, 2, 1);
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.isDark ? palette.raised : palette.chrome);
    painter.drawRoundedRect(all, 6, 6);
    for (int i = 0; i < 3; ++i) {
        const bool isChosen = m_view.bands() == kOrder[i];
        const QRectF rect = segmentRect(i);
        if (isChosen) {
            painter.setPen(QPen(palette.controlBorder, 1));
            painter.setBrush(palette.isDark ? palette.controlBorder : palette.panel);
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
        }
        painter.setFont(pinned::labelFont(font(), 12, isChosen ? QFont::Medium : QFont::Normal));
        painter.setPen(isChosen || m_hovered == i ? palette.text : palette.second);
        painter.drawText(rect, Qt::AlignCenter | Qt::TextSingleLine, labels[i]);
    }
}

void CanvasHeader::paintLegend(QPainter& painter) const
{
    const Palette& palette = Palette::current();
    const QFont small = pinned::labelFont(font(), 11, QFont::Normal);
    const QFontMetricsF metrics(small);
    painter.setFont(textFont(font()));
    painter.setPen(palette.text);
    const QRectF zoom(fitRect().left() - 62, 0, 54, height() - 1);
    const double percent = m_view.camera().zoom * 100;
    painter.drawText(zoom, Qt::AlignRight | Qt::AlignVCenter,
                     percent < 1 ? tr("< 1 %") : tr("%1 %").arg(std::lround(percent)));

    const QString style = tr("Layer cells");
    double left = segmentRect(2).right() + 18;
    const double styleWidth = 20 + QFontMetricsF(textFont(font())).horizontalAdvance(style);
    if (left + styleWidth < zoom.left() - 20) {
        painter.setPen(QPen(palette.second, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const QPointF c(left + 6, (height() - 1) / 2.0);
        painter.drawLine(c + QPointF(-5, 0), c + QPointF(5, 0));
        for (int sign : {-1, 1}) {
            painter.drawLine(c + QPointF(0, sign * 6), c + QPointF(0, sign * 2.5));
            painter.drawPolyline(
                QPolygonF({c + QPointF(-2.2, sign * 4.6), c + QPointF(0, sign * 2.4),
                           c + QPointF(2.2, sign * 4.6)}));
        }
        painter.setPen(palette.second);
        painter.drawText(QRectF(left + 18, 0, styleWidth, height() - 1),
                         Qt::AlignLeft | Qt::AlignVCenter, style);
        left += styleWidth + 24;
    }
    struct Entry {
        QString label;
        QColor colour;
        double width;
        bool isDouble, isDashed;
    };
    // what does not occur needs no explanation
    const std::set<Flow>& flows = m_view.state().flows;
    std::vector<Entry> entries;
    if (flows.contains(Flow::None))
        entries.push_back({tr("lost"), palette.lost, 1, false, true});
    if (flows.contains(Flow::Blocked))
        entries.push_back({tr("blocked"), palette.failed, 1, false, true});
    if (flows.contains(Flow::Zero))
        entries.push_back({tr("zero gradient"), palette.zero, 1, true, false});
    entries.push_back({tr("gradient"), palette.backward, 2.5, false, false});
    entries.push_back({tr("forward"), palette.forward, 1.25, false, false});
    double right = zoom.left() - 16;
    painter.setFont(small);
    for (const Entry& entry : entries) {
        const double textWidth = metrics.horizontalAdvance(entry.label);
        if (right - textWidth - 34 < left)
            break;
        const double y = (height() - 1) / 2.0, x = right - textWidth - 32;
        painter.setPen(palette.second);
        painter.drawText(QRectF(right - textWidth, 0, textWidth + 2, height() - 1),
                         Qt::AlignLeft | Qt::AlignVCenter, entry.label);
        QPen pen(entry.colour, entry.width, Qt::SolidLine, Qt::FlatCap);
        if (entry.isDashed)
            pen.setDashPattern({5, 4});
        painter.setPen(pen);
        for (double offset : entry.isDouble ? std::vector{-1.5, 1.5} : std::vector{0.0})
            painter.drawLine(QPointF(x, y + offset), QPointF(x + 24, y + offset));
        right = x - 18;
    }
}

void CanvasHeader::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.fillRect(rect(), palette.panel);
    painter.fillRect(QRectF(0, height() - 1, width(), 1), palette.rule);
    painter.setRenderHint(QPainter::Antialiasing);
    paintSegments(painter);
    paintLegend(painter);
    const QRectF button = fitRect();
    if (m_hovered == kFit) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette.raised);
        painter.drawRoundedRect(button, 6, 6);
    }
    painter.setPen(QPen(palette.second, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    for (int sx : {-1, 1})
        for (int sy : {-1, 1}) {
            const QPointF corner = button.center() + QPointF(sx * 5.5, sy * 5.5);
            painter.drawPolyline(
                QPolygonF({corner - QPointF(sx * 3.5, 0), corner, corner - QPointF(0, sy * 3.5)}));
        }
}

void CanvasHeader::mousePressEvent(QMouseEvent* event)
{
    const int hit = hitAt(event->position());
    if (hit == kFit)
        m_view.fitAll();
    else if (hit >= 0)
        m_view.setBands(kOrder[hit]);
}

void CanvasHeader::mouseMoveEvent(QMouseEvent* event)
{
    m_hovered = hitAt(event->position());
    update();
}

void CanvasHeader::leaveEvent(QEvent*)
{
    m_hovered = -1;
    update();
}

bool CanvasHeader::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString tips[] = {tr("Forward pass only (B cycles)"), tr("Backward pass only"),
                                tr("Both passes"), tr("Whole graph (Home)")};
        const int hit = hitAt(help->pos());
        QToolTip::showText(help->globalPos(), hit < 0 ? QString() : tips[hit], this);
        return true;
    }
    return QWidget::event(event);
}

}
