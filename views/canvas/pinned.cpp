#include "views/canvas/pinned.h"

#include "views/canvas/box_painter.h"
#include "views/canvas/describe.h"
#include "views/canvas/lane_labels.h"

#include <QCoreApplication>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace backstep::pinned {

namespace {

constexpr double kLabelTextWidth = 34;

QString tr(const char* text)
{
    return QCoreApplication::translate("GraphView", text);
}

void paintTick(QPainter& painter, const Palette& palette, QPointF centre, double diameter)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.checked);
    painter.drawEllipse(centre, diameter / 2, diameter / 2);
    const double unit = diameter / 13;
    QPen pen(Palette::inkOn(palette.checked), 1.6 * unit, Qt::SolidLine, Qt::RoundCap,
             Qt::RoundJoin);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(
        QPolygonF({centre + QPointF(-2.9, 0.2) * unit, centre + QPointF(-0.8, 2.3) * unit,
                   centre + QPointF(3.0, -2.1) * unit}));
}

void paintFlowBadge(QPainter& painter, const Palette& palette, const QFont& font, QPointF centre,
                    double diameter, Flow flow, bool isIncomplete)
{
    if (flow == Flow::Live && !isIncomplete)
        return paintTick(painter, palette, centre, diameter);
    const auto badge = [&](const char* glyph, const QColor& colour) {
        BoxPainter::badgeAt(painter, palette, font, centre, diameter, glyph, colour);
    };
    switch (flow) {
    case Flow::Live:
    case Flow::Blocked:
        return badge("#", palette.failed);
    case Flow::Zero:
        return badge("0", palette.zero);
    case Flow::None:
        return badge("?", palette.lost);
    }
}

/// Writes what `placeLaneLabels` found room for, each joined to its lane.
void paintLabel(QPainter& painter, const Palette& palette, const QFont& font,
                const LaneLabel& label)
{
    painter.setFont(font);
    painter.setPen(palette.text);
    const double y = label.rect.center().y();
    painter.drawText(label.rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetricsF(font).elidedText(label.name, Qt::ElideRight, kLabelTextWidth));
    if (std::abs(label.laneY - y) > 1) {
        painter.setPen(QPen(palette.controlBorder, 1));
        painter.drawLine(QPointF(kLaneWidth - 7, y), QPointF(kLaneWidth - 1, label.laneY));
    }
    const bool hasBadge = label.isSum || (label.isGradient && label.flow != Flow::Live);
    if (hasBadge)
        paintFlowBadge(painter, palette, font, {50, y}, std::clamp(label.rect.height(), 8.0, 13.0),
                       label.flow, label.isIncomplete);
}

void paintBandName(QPainter& painter, const QFont& font, const QString& name, double y,
                   const std::vector<LaneLabel>& labels, const QRectF& viewport)
{
    const QRectF rect(10, y - 8, 52, 16);
    const bool isFree = std::none_of(labels.begin(), labels.end(), [&](const LaneLabel& label) {
        return label.rect.intersects(rect);
    });
    if (!isFree || y < kTimeHeight || y > viewport.bottom())
        return;
    painter.setFont(font);
    painter.setPen(Palette::current().second);
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, name);
}

}

QFont labelFont(const QFont& base, int pixels, QFont::Weight weight)
{
    QFont font = base;
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

void paintLaneLabels(QPainter& painter, const CanvasState& state, const Camera& camera,
                     const QRectF& viewport, Bands bands, const QFont& font)
{
    const Palette& palette = Palette::current();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(0, 0, kLaneWidth, viewport.height()), palette.frame);
    painter.fillRect(QRectF(kLaneWidth, 0, 1, viewport.height()), palette.rule);
    painter.setRenderHint(QPainter::Antialiasing);
    const std::vector<LaneLabel> labels = placeLaneLabels(state, camera, viewport, bands);
    const QFont bandFont = labelFont(font, 10, QFont::Normal);
    const QFont laneFont = labelFont(font, camera.zoomY() < 0.85 ? 10 : 11, QFont::DemiBold);
    for (const LaneLabel& label : labels)
        paintLabel(painter, palette, laneFont, label);
    for (const TimelineStrip& strip : state.scene->strips()) {
        const double top = strip.cell->top / 2;
        if (bands != Bands::Backward)
            paintBandName(painter, bandFont, tr("forward"), camera.toScreenY(strip.axisY + top),
                          labels, viewport);
        if (bands != Bands::Forward && strip.cell->outline.hasBackward)
            paintBandName(painter, bandFont, tr("backward"), camera.toScreenY(strip.axisY - top),
                          labels, viewport);
    }
}

void paintTimeHeader(QPainter& painter, const CanvasState& state, const Camera& camera,
                     const QRectF& viewport, int64_t current, const QFont& font)
{
    const int main = state.scene->mainStrip();
    const TimelineStrip& strip = state.scene->strips()[static_cast<size_t>(main)];
    if (strip.stepCount == 0)
        return;
    const Palette& palette = Palette::current();
    const double pixels = strip.period() * camera.zoom;
    const QFont bold = labelFont(font, 11, QFont::DemiBold);
    const QFont plain = labelFont(font, 11, QFont::Normal);
    const QFontMetricsF metrics(bold);
    // as many chips as fit beside each other, at round numbers of timesteps
    const double widest = metrics.horizontalAdvance(timestepText(strip.stepCount)) + 40;
    int64_t stride = 1;
    for (int64_t digit = 0; static_cast<double>(stride) * pixels < widest; ++digit)
        stride = digit % 3 == 1 ? stride / 2 * 5 : stride * 2;
    const double left = kLaneWidth + 8;
    const int64_t first = state.scene->timestepAt(main, camera.toSceneX(kLaneWidth));
    const int64_t last = state.scene->timestepAt(main, camera.toSceneX(viewport.right()));
    painter.setRenderHint(QPainter::Antialiasing);
    QRectF currentChip;
    const auto chipAt = [&](int64_t t) {
        const QString label = timestepText(t);
        const double cell = camera.toScreenX(strip.period() * static_cast<double>(t));
        const double width = std::round(metrics.horizontalAdvance(label)) + 18;
        double x = std::max(std::round(cell) + 8, left); // sticks while its timestep is in view
        x = std::min(x, std::max(std::round(cell) + 8, std::round(cell + pixels) - width - 8));
        return QRectF(x + 0.5, 5.5, width, 20);
    };
    if (current >= first && current <= last)
        currentChip = chipAt(current);
    for (int64_t t = first - first % stride; t <= last; t += stride) {
        const QRectF chip = chipAt(t);
        if (t < first || t == current || chip.left() < left - 4 ||
            chip.intersects(currentChip.adjusted(-4, 0, 4, 0)))
            continue;
        painter.setPen(QPen(palette.rule, 1));
        painter.setBrush(palette.raised);
        painter.drawRoundedRect(chip, 10, 10);
        painter.setFont(bold);
        painter.setPen(palette.second);
        painter.drawText(chip, Qt::AlignCenter | Qt::TextSingleLine, timestepText(t));
    }
    if (currentChip.isNull())
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.accent);
    painter.drawRoundedRect(currentChip.adjusted(-0.5, -0.5, 0.5, 0.5), 10.5, 10.5);
    painter.setFont(bold);
    painter.setPen(palette.onAccent);
    painter.drawText(currentChip, Qt::AlignCenter | Qt::TextSingleLine, timestepText(current));
    const QString here =
        state.progress.isInBackward() ? tr("backward is here") : tr("forward is here");
    const double end = camera.toScreenX(strip.period() * static_cast<double>(current + 1));
    if (currentChip.right() + 8 + QFontMetricsF(plain).horizontalAdvance(here) < end) {
        painter.setFont(plain);
        painter.setPen(palette.second);
        painter.drawText(QRectF(currentChip.right() + 8, 5, 200, 20),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, here);
    }
}

}
