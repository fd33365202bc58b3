#include "views/canvas/pinned.h"

#include "views/canvas/box_painter.h"
#include "views/canvas/describe.h"
#include "views/canvas/metrics.h"

#include <QCoreApplication>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace backstep::pinned
{

namespace
{

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

/// Writes labels from top to bottom and leaves out those that would run into the one before.
class LaneLabels
{
public:
    LaneLabels(QPainter& painter, const Camera& camera, const QRectF& viewport, const QFont& font)
        : m_painter(painter), m_camera(camera), m_viewport(viewport),
          m_lane(labelFont(font, camera.zoomY() < 0.85 ? 10 : 11, QFont::DemiBold)),
          m_band(labelFont(font, 10, QFont::Normal))
    {
    }

    void paint(const CanvasState& state, size_t index, Bands bands)
    {
        const TimelineStrip& strip = state.scene->strips()[index];
        const CellLayout& cell = *strip.cell;
        const bool hasGradients = bands != Bands::Forward && cell.outline.hasBackward;
        if (bands != Bands::Backward) {
            bandName(tr("forward"), strip.axisY + cell.top / 2);
            for (const CellLane& lane : cell.carryLanes)
                label(QString::fromStdString(lane.name), strip.axisY + lane.y);
        }
        if (!hasGradients)
            return;
        bandName(tr("backward"), strip.axisY - cell.top / 2);
        for (const CellLane& lane : cell.carryLanes) {
            const Flow flow = carryFlow(cell, state.looks[index], lane.carry);
            const double y = strip.axisY - lane.y;
            if (label("d" + QString::fromStdString(lane.name), y) && flow != Flow::Live)
                badge(y, flow, false);
        }
        for (size_t i = 0; i < cell.sumLanes.size(); ++i) {
            const double y = strip.axisY + cell.sumLanes[i].y;
            if (label("d" + QString::fromStdString(cell.sumLanes[i].name), y))
                badge(y, state.looks[index].sums[i], state.looks[index].isSumIncomplete[i]);
        }
    }

private:
    static Flow carryFlow(const CellLayout& cell, const CellLooks& looks, int carry)
    {
        Flow flow = Flow::None;
        for (const CellLink& link : cell.outline.links)
            if (link.carry == carry)
                flow = std::max(flow, looks.along(link));
        return flow;
    }

    bool label(const QString& name, double sceneY)
    {
        const double y = m_camera.toScreenY(sceneY);
        const bool isFree = std::none_of(m_taken.begin(), m_taken.end(),
                                         [y](double other) { return std::abs(other - y) < 8; });
        if (!isFree || y < kTimeHeight - 4 || y > m_viewport.bottom() + 8)
            return false;
        m_taken.push_back(y);
        m_painter.setFont(m_lane);
        m_painter.setPen(Palette::current().text);
        const QFontMetricsF metrics(m_lane);
        m_painter.drawText(QRectF(10, y - 8, 36, 16),
                           Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                           metrics.elidedText(name, Qt::ElideRight, 34));
        return true;
    }

    void bandName(const QString& name, double sceneY)
    {
        const double y = m_camera.toScreenY(sceneY);
        if (y < kTimeHeight || y > m_viewport.bottom())
            return;
        m_painter.setFont(m_band);
        m_painter.setPen(Palette::current().second);
        m_painter.drawText(QRectF(10, y - 8, 52, 16),
                           Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, name);
    }

    void badge(double sceneY, Flow flow, bool isIncomplete)
    {
        // as wide as the pitch of the lanes lets it
        const double diameter =
            std::clamp(metrics::kSumLanePitch * m_camera.zoomY() + 1, 8.0, 13.0);
        paintFlowBadge(m_painter, Palette::current(), m_lane, {50, m_camera.toScreenY(sceneY)},
                       diameter, flow, isIncomplete);
    }

    QPainter& m_painter;
    const Camera& m_camera;
    const QRectF& m_viewport;
    QFont m_lane, m_band;
    std::vector<double> m_taken;
};

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
    LaneLabels labels(painter, camera, viewport, font);
    for (size_t i = 0; i < state.scene->strips().size(); ++i)
        labels.paint(state, i, bands);
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
