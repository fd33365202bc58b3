#include "views/welcome/lesson_card.h"

#include "views/style/badge.h"
#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>

namespace backstep {

namespace {

constexpr int kDrawingHeight = 96;

void paintNode(QPainter& painter, const QRectF& box, const QString& text, const QColor& outline,
               const QColor& fill, bool isDouble)
{
    painter.setPen(QPen(outline, 1.25));
    painter.setBrush(fill);
    painter.drawRoundedRect(box, 4, 4);
    if (isDouble) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(outline, 1));
        painter.drawRoundedRect(box.adjusted(2.5, 2.5, -2.5, -2.5), 2.5, 2.5);
    }
    painter.setFont(uiFont(12, QFont::Medium));
    painter.setPen(Palette::current().text);
    painter.drawText(box, Qt::AlignCenter, text);
}

void paintArrow(QPainter& painter, const QPointF& from, const QPointF& to, const QColor& colour)
{
    painter.setPen(QPen(colour, 1.5));
    painter.drawLine(from, to);
    QPainterPath head(to);
    const double back = to.x() > from.x() ? -6.5 : 6.5;
    head.lineTo(to + QPointF(back, -3));
    head.lineTo(to + QPointF(back, 3));
    head.closeSubpath();
    painter.fillPath(head, colour);
}

}

LessonCard::LessonCard(Content content, QWidget* parent)
    : QAbstractButton(parent), m_content(std::move(content))
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setMinimumSize(300, 236);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setText(m_content.title);
    setAccessibleName(m_content.title);
    setAccessibleDescription(m_content.lesson);
}

void LessonCard::keyPressEvent(QKeyEvent* event)
{
    // A plain button answers to Space only; here Enter opens what has the focus.
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void LessonCard::paintZero(QPainter& painter, const QRectF& area) const
{
    const Palette& palette = Palette::current();
    const QPointF centre = area.center();
    const QRectF lstm(centre.x() - 120, centre.y() - 22, 62, 24);
    const QRectF sign(centre.x() - 30, centre.y() - 22, 60, 24);
    const QRectF dense(centre.x() + 58, centre.y() - 22, 62, 24);
    paintNode(painter, lstm, QStringLiteral("LSTM"), palette.forward, palette.forwardFill, false);
    paintNode(painter, sign, QStringLiteral("Sign"), palette.zero, palette.zeroFill, true);
    paintNode(painter, dense, QStringLiteral("Dense"), palette.forward, palette.forwardFill, false);
    paintArrow(painter, {lstm.right(), lstm.center().y()}, {sign.left(), sign.center().y()},
               palette.forward);
    paintArrow(painter, {sign.right(), sign.center().y()}, {dense.left(), dense.center().y()},
               palette.forward);
    // The way back: the gradient comes as far as Sign, zeros go on from there.
    const double below = centre.y() + 22;
    paintArrow(painter, {dense.center().x(), below}, {sign.center().x() + 3, below},
               palette.backward);
    painter.setPen(QPen(palette.zero, 1));
    for (double shift : {-1.5, 1.5})
        painter.drawLine(QPointF(sign.center().x() - 3, below + shift),
                         QPointF(lstm.center().x(), below + shift));
    paintBadge(painter, QRectF(sign.right() - 8, sign.top() - 8, 15, 15),
               badgeOfMark(OpMark::Zero));
}

void LessonCard::paintText(QPainter& painter, const QRectF& area) const
{
    const Palette& palette = Palette::current();
    const QRectF line(area.left() + 20, area.center().y() - 15, area.width() - 40, 30);
    painter.setPen(palette.controlBorder);
    painter.setBrush(palette.panel);
    painter.drawRoundedRect(line, 5, 5);
    painter.setFont(monoFont(11));
    painter.setPen(palette.second);
    painter.drawText(line.adjusted(10, 0, -10, 0), Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(
                         QStringLiteral("x: float32[2, 12, 8] -> LSTM(16) -> sign -> Dense(10)"),
                         Qt::ElideRight, static_cast<int>(line.width()) - 20));
}

void LessonCard::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF card = QRectF(rect()).adjusted(2, 2, -2, -2);
    QPainterPath shape;
    shape.addRoundedRect(card, 8, 8);
    painter.fillPath(shape, underMouse() ? palette.raised : palette.panel);
    const QRectF drawing(card.left(), card.top(), card.width(), kDrawingHeight);
    painter.save();
    painter.setClipPath(shape);
    painter.fillRect(drawing, palette.raised);
    painter.fillRect(QRectF(drawing.left(), drawing.bottom(), drawing.width(), 1), palette.rule);
    painter.restore();
    if (m_content.drawing == Drawing::ZeroInTheMiddle)
        paintZero(painter, drawing);
    else
        paintText(painter, drawing);
    painter.setPen(QPen(hasFocus() ? palette.accent : palette.controlBorder, hasFocus() ? 2 : 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(shape);

    const QRectF text = card.adjusted(16, kDrawingHeight + 14, -16, -14);
    painter.setFont(uiFont(15, QFont::DemiBold));
    painter.setPen(palette.text);
    painter.drawText(QRectF(text.left(), text.top(), text.width(), 20), Qt::AlignVCenter,
                     m_content.title);
    painter.setFont(uiFont(12));
    painter.setPen(palette.second);
    painter.drawText(QRectF(text.left(), text.top() + 26, text.width(), 52),
                     Qt::TextWordWrap | Qt::AlignTop, m_content.lesson);

    const double foot = text.bottom() - 24;
    painter.setFont(uiFont(13, QFont::DemiBold));
    painter.setPen(palette.accent);
    painter.drawText(QRectF(text.left(), foot, text.width(), 24), Qt::AlignRight | Qt::AlignVCenter,
                     m_content.action);
    if (m_content.chip.isEmpty())
        return;
    painter.setFont(uiFont(12));
    const int width = painter.fontMetrics().horizontalAdvance(m_content.chip);
    const QRectF chip(text.left(), foot, width + 36, 24);
    painter.setPen(palette.controlBorder);
    painter.setBrush(palette.raised);
    painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), 12, 12);
    paintBadge(painter, QRectF(chip.left() + 6, chip.top() + 5, 14, 14), badgeOfMark(OpMark::Zero));
    painter.setPen(palette.text);
    painter.drawText(chip.adjusted(26, 0, 0, 0), Qt::AlignVCenter, m_content.chip);
}

}
