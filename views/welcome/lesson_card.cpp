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
    setMinimumSize(244, 236);
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

/// Three boxes in a row, the way back below them up to the one at fault.
void LessonCard::paintDrawing(QPainter& painter, const QRectF& area) const
{
    const Palette& palette = Palette::current();
    const bool isText = m_content.drawing == Drawing::TextAtTheStart;
    const bool isZero = m_content.drawing == Drawing::ZeroInTheMiddle;
    const bool isLong = !isZero && !isText;
    const double middleWidth = isLong ? 98 : 54, gap = isLong ? 14 : 22;
    const double top = area.center().y() - 22;
    const QRectF middle(area.center().x() - middleWidth / 2, top, middleWidth, 24);
    const QRectF first(middle.left() - gap - 54, top, 54, 24);
    const QRectF last(middle.right() + gap, top, 50, 24);
    const QColor role = isZero ? palette.zero : palette.failed;
    paintNode(painter, first, isText ? QStringLiteral("\"hello\"") : QStringLiteral("LSTM"),
              isText ? palette.controlBorder : palette.forward,
              isText ? palette.panel : palette.forwardFill, false);
    paintNode(painter, middle,
              isZero   ? QStringLiteral("Sign")
              : isText ? QStringLiteral("LSTM")
                       : QStringLiteral("my_custom_op"),
              role, isZero ? palette.zeroFill : palette.failedFill, isZero);
    paintNode(painter, last, QStringLiteral("Dense"),
              isText ? palette.controlBorder : palette.forward,
              isText ? palette.panel : palette.forwardFill, false);
    const double y = middle.center().y();
    paintArrow(painter, {first.right(), y}, {middle.left(), y},
               isText ? palette.failed : palette.forward);
    paintArrow(painter, {middle.right(), y}, {last.left(), y},
               isText ? palette.lost : palette.forward);
    paintBadge(painter, QRectF(middle.right() - 8, middle.top() - 8, 15, 15),
               badgeOfMark(isZero ? OpMark::Zero : OpMark::Failed));
    if (isText)
        return; // the pass does not come so far
    const double below = area.center().y() + 22;
    paintArrow(painter, {last.center().x(), below}, {middle.center().x() + 3, below},
               palette.backward);
    if (!isZero)
        return;
    painter.setPen(QPen(palette.zero, 1));
    for (double shift : {-1.5, 1.5})
        painter.drawLine(QPointF(middle.center().x() - 3, below + shift),
                         QPointF(first.center().x(), below + shift));
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
    paintDrawing(painter, drawing);
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
    painter.drawText(QRectF(text.left(), text.top() + 26, text.width(), 64),
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
    const bool isZero = m_content.drawing == Drawing::ZeroInTheMiddle;
    paintBadge(painter, QRectF(chip.left() + 6, chip.top() + 5, 14, 14),
               badgeOfMark(isZero ? OpMark::Zero : OpMark::Failed));
    painter.setPen(palette.text);
    painter.drawText(chip.adjusted(26, 0, 0, 0), Qt::AlignVCenter, m_content.chip);
}

}
