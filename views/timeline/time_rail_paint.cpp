#include "views/timeline/time_rail.h"

#include "views/canvas/graph_view.h"
#include "views/canvas/pinned.h"
#include "views/plots/norm_scale.h"

#include <QPainter>

#include <cmath>

namespace backstep {

namespace {

constexpr double kNumbersFrom = 130; ///< a card this wide has room for numbers
constexpr double kRoomyCard = 66;

}

void TimeRail::paintTitle(QPainter& painter) const
{
    const Palette& palette = Palette::current();
    painter.setFont(pinned::labelFont(font(), 11, QFont::DemiBold));
    painter.setPen(palette.text);
    const double line = 14, top = (height() - 3 * line) / 2;
    painter.drawText(QRectF(10, top, kLabelWidth - 12, line), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("TIME"));
    painter.setFont(pinned::labelFont(font(), 10, QFont::Normal));
    painter.setPen(palette.second);
    const QFontMetricsF metrics(painter.font());
    const QString lower = m_title.isEmpty() ? tr("log norm") : tr("norm of d%1").arg(m_title);
    painter.drawText(QRectF(10, top + line + 1, kLabelWidth - 12, line),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(lower, Qt::ElideRight, kLabelWidth - 14));
    painter.drawText(QRectF(10, top + 2 * line + 1, kLabelWidth - 12, line),
                     Qt::AlignLeft | Qt::AlignVCenter, normRangeText());
}

void TimeRail::paintBar(QPainter& painter, const QRectF& row, std::optional<double> norm,
                        bool hasNumber) const
{
    const Palette& palette = Palette::current();
    const double y = row.center().y();
    const QRectF bar(row.left(), y - 4, row.width() - (hasNumber ? 52 : 0), 8);
    if (!norm) {
        QPen dotted(palette.controlBorder, 1);
        dotted.setDashPattern({1, 3});
        painter.setPen(dotted);
        painter.drawLine(QPointF(bar.left(), y), QPointF(bar.right(), y));
    } else if (*norm == 0) { // exactly zero is a double line, never a short bar
        painter.setPen(QPen(palette.zero, 1));
        for (double offset : {-1.5, 1.5})
            painter.drawLine(QPointF(bar.left(), y + offset), QPointF(bar.right(), y + offset));
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette.backward);
        painter.drawRoundedRect(
            QRectF(bar.left(), bar.top(), std::max(2.0, bar.width() * normShare(*norm)), 8), 2, 2);
    }
    if (hasNumber && norm) {
        QFont mono(QStringLiteral("monospace"));
        mono.setStyleHint(QFont::Monospace);
        mono.setPixelSize(10);
        painter.setFont(mono);
        painter.setPen(palette.text);
        painter.drawText(QRectF(row.right() - 50, y - 7, 50, 14), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(*norm, 'g', 3));
    }
}

void TimeRail::paintCard(QPainter& painter, qint64 t) const
{
    const Palette& palette = Palette::current();
    const QRectF rail = railRect();
    const double width = stepWidth();
    const QRectF card(std::round(rail.left() + width * static_cast<double>(t)) + 1.5,
                      rail.top() + 0.5, std::round(width) - 3, rail.height() - 1);
    const When when = whenOf(t);
    const bool isSelected = m_view.selectedBox().isValid() && m_view.selectedBox().strip >= 0 &&
                            m_view.selectedBox().t == t;
    painter.setPen(when == When::Now ? QPen(palette.accent, 1.5)
                   : isSelected      ? QPen(palette.controlBorder, 1)
                                     : QPen(Qt::NoPen));
    painter.setBrush(when == When::Now ? palette.tint : palette.raised);
    painter.drawRoundedRect(card, 6, 6);

    const bool hasNumbers = card.width() >= kNumbersFrom;
    const bool isLow = height() < kHeight;
    const double side = card.width() < kRoomyCard ? 5 : 8;
    const QRectF inner = card.adjusted(side, isLow ? 1 : 4, -side, isLow ? -2 : -3);
    painter.setFont(
        pinned::labelFont(font(), 11, when == When::Now ? QFont::DemiBold : QFont::Medium));
    painter.setPen(when == When::Now ? palette.text : palette.second);
    painter.drawText(QRectF(inner.left(), inner.top(), inner.width(), 14),
                     Qt::AlignLeft | Qt::AlignVCenter, "t" + QString::number(t));
    const QString word = when == When::Now    ? tr("now")
                         : when == When::Done ? tr("done")
                         : hasNumbers         ? tr("ahead")
                                              : QString();
    painter.setFont(pinned::labelFont(font(), 11, QFont::Normal));
    painter.setPen(when == When::Now    ? palette.text
                   : when == When::Done ? palette.second
                                        : palette.third);
    painter.drawText(QRectF(inner.left(), inner.top(), inner.width(), 14),
                     Qt::AlignRight | Qt::AlignVCenter, word);
    const TimestepNorms norms = normsAt(t);
    const double indent = hasNumbers ? 26 : 0;
    const double line = (inner.height() - 15) / 2;
    double y = inner.top() + 15;
    for (const auto& [name, norm] :
         {std::pair(tr("dy"), norms.dy), std::pair(tr("dx"), norms.dx)}) {
        const QRectF row(inner.left(), y, inner.width(), line);
        if (hasNumbers) {
            painter.setFont(pinned::labelFont(font(), 10, QFont::Normal));
            painter.setPen(palette.second);
            painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, name);
        }
        paintBar(painter, row.adjusted(indent, 0, 0, 0), norm, hasNumbers);
        y += line;
    }
}

void TimeRail::paintColumns(QPainter& painter) const
{
    const Palette& palette = Palette::current();
    const QRectF rail = railRect();
    const double perPixel = static_cast<double>(stepCount()) / rail.width();
    const double step = std::max(1.0, stepWidth());
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(rail, palette.raised);
    const qint64 columns = std::min(stepCount(), static_cast<qint64>(rail.width()));
    for (qint64 i = 0; i < columns; ++i) {
        const double x = static_cast<double>(i) * step;
        const qint64 t =
            step > 1 ? i : std::min(stepCount() - 1, static_cast<qint64>(x * perPixel));
        const QRectF column(rail.left() + x, rail.top(), std::max(1.0, step - (step > 4 ? 1 : 0)),
                            rail.height());
        const std::optional<double> norm = normsAt(t).dy;
        if (whenOf(t) == When::Done)
            painter.fillRect(QRectF(column.left(), column.bottom() - 3, column.width(), 3),
                             palette.backward);
        if (norm && *norm > 0) {
            const double height = (rail.height() - 6) * normShare(*norm);
            painter.fillRect(
                QRectF(column.left(), column.bottom() - 4 - height, column.width(), height),
                palette.backward);
        } else if (norm) {
            for (double offset : {8.0, 11.0})
                painter.fillRect(QRectF(column.left(), column.bottom() - offset, column.width(), 1),
                                 palette.zero);
        }
    }
    const qint64 current = m_view.currentTimestep();
    const double perStep = stepWidth();
    const auto mark = [&](qint64 t, const QColor& colour) {
        const double x = rail.left() + perStep * static_cast<double>(t);
        painter.fillRect(QRectF(x, rail.top(), std::max(2.0, perStep), rail.height()), colour);
    };
    QColor wash = palette.accent;
    wash.setAlphaF(0.35f);
    if (m_view.selectedBox().isValid() && m_view.selectedBox().strip >= 0)
        mark(m_view.selectedBox().t, wash);
    if (current < 0)
        return;
    mark(current, perStep > 4 ? wash : palette.accent);
    painter.setFont(pinned::labelFont(font(), 11, QFont::DemiBold));
    const QString label = tr("t%1 now").arg(current);
    const double width = QFontMetricsF(painter.font()).horizontalAdvance(label) + 12;
    double x = rail.left() + perStep * static_cast<double>(current) + 4;
    if (x + width > rail.right())
        x -= width + 8;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.accent);
    painter.drawRoundedRect(QRectF(x, rail.top() + 4, width, 18), 9, 9);
    painter.setPen(palette.onAccent);
    painter.drawText(QRectF(x, rail.top() + 4, width, 18), Qt::AlignCenter, label);
}

}
