#include "views/style/segments.h"

#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace backstep {

namespace {
constexpr int kHeight = 26;
constexpr int kPadding = 14;
}

Segments::Segments(const QStringList& choices, QWidget* parent)
    : QWidget(parent), m_choices(choices)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Segments::setIndex(int index)
{
    m_index = index;
    update();
}

QSize Segments::sizeHint() const
{
    int width = 4;
    for (const QString& choice : m_choices)
        width += QFontMetrics(uiFont(12, QFont::Medium)).horizontalAdvance(choice) + 2 * kPadding;
    return {width, kHeight};
}

QRect Segments::segmentRect(int index) const
{
    const QFontMetrics metrics(uiFont(12, QFont::Medium));
    int left = 2;
    for (int i = 0; i < index; ++i)
        left += metrics.horizontalAdvance(m_choices[i]) + 2 * kPadding;
    return {left, 2, metrics.horizontalAdvance(m_choices[index]) + 2 * kPadding, kHeight - 4};
}

void Segments::choose(int index)
{
    if (index < 0 || index >= m_choices.size() || index == m_index)
        return;
    setIndex(index);
    emit chosen(index);
}

void Segments::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? QPen(palette.accent, 2) : QPen(Qt::NoPen));
    painter.setBrush(palette.isDark ? palette.raised : palette.rule);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    painter.setFont(uiFont(12, QFont::Medium));
    for (int i = 0; i < m_choices.size(); ++i) {
        const QRect segment = segmentRect(i);
        if (i == m_index) {
            painter.setPen(QPen(palette.controlBorder, 1));
            painter.setBrush(palette.isDark ? palette.controlBorder : palette.panel);
            painter.drawRoundedRect(QRectF(segment).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
        }
        painter.setPen(i == m_index ? palette.text : palette.second);
        painter.drawText(segment, Qt::AlignCenter, m_choices[i]);
    }
}

void Segments::mousePressEvent(QMouseEvent* event)
{
    for (int i = 0; i < m_choices.size(); ++i)
        if (segmentRect(i).contains(event->pos()))
            choose(i);
}

void Segments::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Left)
        choose(m_index - 1);
    else if (event->key() == Qt::Key_Right)
        choose(m_index + 1);
    else
        QWidget::keyPressEvent(event);
}

}
