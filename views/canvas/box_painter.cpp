#include "views/canvas/box_painter.h"

#include "views/canvas/strokes.h"
#include "views/style/badge.h"

#include <QPainterPath>

#include <algorithm>

namespace backstep {

namespace {

QColor mixed(const QColor& colour, const QColor& ground, float share)
{
    const auto part = [share](float a, float b) { return a * share + b * (1 - share); };
    return QColor::fromRgbF(part(colour.redF(), ground.redF()),
                            part(colour.greenF(), ground.greenF()),
                            part(colour.blueF(), ground.blueF()));
}

}

BoxPainter::BoxPainter(QPainter& painter, const Palette& palette, const QFont& font, double zoom)
    : m_painter(painter), m_palette(palette), m_font(font), m_zoom(zoom)
{}

double BoxPainter::radiusOf(const BoxDrawing& box) const
{
    return box.isPill ? box.rect.height() / 2 : std::min(4 * m_zoom, box.rect.height() / 2);
}

void BoxPainter::outline(const BoxDrawing& box, const QPen& pen, const QBrush& fill) const
{
    m_painter.setPen(pen);
    m_painter.setBrush(fill);
    m_painter.drawRoundedRect(box.rect, radiusOf(box), radiusOf(box));
}

void BoxPainter::doubleOutline(const BoxDrawing& box, const QBrush& fill) const
{
    outline(box, QPen(m_palette.zero, 1.25), fill);
    const double inset = std::clamp(2.5 * m_zoom, 1.5, 4.0);
    const double radius = std::max(1.0, radiusOf(box) - inset / 2);
    m_painter.setPen(QPen(m_palette.zero, 1));
    m_painter.setBrush(Qt::NoBrush);
    m_painter.drawRoundedRect(box.rect.adjusted(inset, inset, -inset, -inset), radius, radius);
}

void BoxPainter::hatch(const BoxDrawing& box) const
{
    QPainterPath shape;
    shape.addRoundedRect(box.rect, radiusOf(box), radiusOf(box));
    m_painter.save();
    m_painter.setClipPath(shape, Qt::IntersectClip);
    QColor ink = m_palette.failed;
    ink.setAlphaF(0.35f);
    m_painter.setPen(QPen(ink, 1));
    for (double x = box.rect.left() - box.rect.height(); x < box.rect.right(); x += 6)
        m_painter.drawLine(QPointF(x, box.rect.bottom()),
                           QPointF(x + box.rect.height(), box.rect.top()));
    m_painter.restore();
}

void BoxPainter::text(const BoxDrawing& box, const QColor& colour) const
{
    if (box.label.isEmpty())
        return;
    m_painter.setFont(m_font);
    m_painter.setPen(colour);
    m_painter.drawText(box.rect.adjusted(-8, 0, 8, 0), Qt::AlignCenter | Qt::TextSingleLine,
                       box.label);
}

void BoxPainter::forwardBox(const BoxDrawing& box) const
{
    if (box.stopsForward) {
        outline(box, QPen(m_palette.failed, 2), m_palette.failedFill);
        hatch(box);
        return text(box, m_palette.text);
    }
    outline(box, QPen(inkOf(forwardStroke(box.isDone), m_palette), 1),
            box.isDone ? m_palette.forwardFill : m_palette.panel);
    text(box, box.isDone ? m_palette.text : m_palette.third);
}

void BoxPainter::gradientBox(const BoxDrawing& box) const
{
    QPen dotted(m_palette.controlBorder, 1);
    dotted.setDashPattern({1.5, 2});
    QPen dashed(m_palette.lost, 1);
    dashed.setDashPattern({4, 3});
    QColor ink = m_palette.text;
    switch (box.look) {
    case GradientLook::Flows:
    case GradientLook::Custom:
        if (box.isDone) {
            outline(box, QPen(m_palette.backward, 1.25), m_palette.backwardFill);
        } else {
            outline(box, dotted, m_palette.panel);
            ink = m_palette.third;
        }
        break;
    case GradientLook::Zero:
        doubleOutline(box, m_palette.zeroFill);
        break;
    case GradientLook::StarvedByZero:
        if (box.isDone) {
            doubleOutline(box, m_palette.panel);
        } else {
            outline(box, QPen(inkOf(Stroke::ZeroAhead, m_palette), 1), m_palette.panel);
            ink = m_palette.third;
        }
        break;
    case GradientLook::Failed:
        outline(box, QPen(m_palette.failed, 2), m_palette.failedFill);
        hatch(box);
        break;
    case GradientLook::Lost:
        outline(box, dashed, m_palette.raised);
        break;
    case GradientLook::StarvedByBlock:
        dashed.setColor(m_palette.failed);
        [[fallthrough]];
    case GradientLook::StarvedByNone:
        outline(box, dashed, m_palette.panel);
        ink = m_palette.third;
        break;
    case GradientLook::OffPath:
        dotted.setColor(m_palette.rule);
        outline(box, dotted, m_palette.panel);
        ink = m_palette.third;
        break;
    }
    text(box, ink);
}

void BoxPainter::chip(const QRectF& rect, const QString& label) const
{
    m_painter.setPen(QPen(m_palette.controlBorder, 1));
    m_painter.setBrush(m_palette.raised);
    m_painter.drawRoundedRect(rect, 3 * m_zoom, 3 * m_zoom);
    if (label.isEmpty())
        return;
    QFont font = m_font;
    font.setWeight(QFont::DemiBold);
    const QChar last = label.back(); // a second weight of the same role: smaller, to stay inside
    font.setPointSizeF(font.pointSizeF() * (label.size() > 1 && last.isDigit() ? 0.8 : 0.92));
    m_painter.setFont(font);
    m_painter.setPen(m_palette.second);
    m_painter.drawText(rect, Qt::AlignCenter | Qt::TextSingleLine, label);
}

void BoxPainter::badge(const QRectF& rect, OpMark mark) const
{
    const std::string_view glyph = badgeOf(mark);
    if (glyph.empty())
        return;
    badgeAt(m_painter, m_palette, m_font, rect.topRight() + QPointF(-0.5, 0.5),
            std::clamp(14 * m_zoom, 8.0, 20.0),
            QString::fromUtf8(glyph.data(), static_cast<int>(glyph.size())),
            roleOfMark(m_palette, mark));
}

void BoxPainter::checkBadge(const QRectF& rect, CheckMark mark) const
{
    const Badge badge = badgeOfCheck(mark);
    if (badge.isEmpty() || m_zoom < 0.3) // smaller it would hide the box
        return;
    const double radius = std::clamp(14 * m_zoom, 8.0, 20.0) / 2;
    const QPointF centre = rect.bottomRight() + QPointF(-0.5, -0.5);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(m_palette.panel);
    m_painter.drawEllipse(centre, radius + 1.5, radius + 1.5);
    paintBadge(m_painter, QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius),
               badge);
}

void BoxPainter::badgeAt(QPainter& painter, const Palette& palette, const QFont& font,
                         QPointF centre, double diameter, const QString& glyph,
                         const QColor& colour)
{
    const double radius = diameter / 2;
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.panel);
    painter.drawEllipse(centre, radius + 1.5, radius + 1.5);
    painter.setBrush(colour);
    painter.drawEllipse(centre, radius, radius);
    QFont bold = font;
    bold.setWeight(QFont::Bold);
    bold.setPixelSize(std::max(6, static_cast<int>(diameter * 0.7 + 0.5)));
    painter.setFont(bold);
    painter.setPen(Palette::inkOn(colour));
    painter.drawText(QRectF(centre.x() - radius, centre.y() - radius, diameter, diameter),
                     Qt::AlignCenter | Qt::TextSingleLine, glyph);
}

QColor blockColour(const Palette& palette, GradientLook look, bool isDone)
{
    switch (look) {
    case GradientLook::Flows:
    case GradientLook::Custom:
        return isDone ? palette.backward : mixed(palette.controlBorder, palette.panel, 0.7f);
    case GradientLook::Zero:
        return palette.zero;
    case GradientLook::Failed:
        return palette.failed;
    case GradientLook::Lost:
        return palette.lost;
    case GradientLook::StarvedByZero:
        return mixed(palette.zero, palette.panel, isDone ? 0.6f : 0.3f);
    case GradientLook::StarvedByNone:
        return mixed(palette.lost, palette.panel, 0.5f);
    case GradientLook::StarvedByBlock:
        return mixed(palette.failed, palette.panel, 0.35f);
    case GradientLook::OffPath:
        return mixed(palette.rule, palette.panel, 0.7f);
    }
    return palette.rule;
}

QColor forwardBlockColour(const Palette& palette, bool isDone)
{
    return mixed(palette.forward, palette.panel, isDone ? 0.58f : 0.22f);
}

}
