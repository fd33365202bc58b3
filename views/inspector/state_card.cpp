#include "views/inspector/state_card.h"

#include "views/style/badge.h"
#include "views/style/fonts.h"
#include "views/style/labels.h"
#include "views/style/palette.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace backstep {

StateCard::StateCard(QWidget* parent)
    : QWidget(parent), m_badge(new BadgeLabel(this)), m_title(new QLabel(this)),
      m_text(new QLabel(this)), m_link(styled(new QPushButton(this), "link"))
{
    m_title->setTextFormat(Qt::PlainText);
    m_title->setWordWrap(true);
    m_title->setFont(uiFont(13, QFont::DemiBold));
    m_title->setStyleSheet(QStringLiteral("font-weight: 600;"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setStyleSheet(QStringLiteral("font-size: 12px;"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_link->setCursor(Qt::PointingHandCursor);
    connect(m_link, &QPushButton::clicked, this, &StateCard::linkActivated);

    auto* head = new QHBoxLayout;
    head->setSpacing(6);
    head->addWidget(m_badge, 0, Qt::AlignTop);
    head->addWidget(m_title, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 8, 10, 8);
    column->setSpacing(3);
    column->addLayout(head);
    column->addWidget(m_text);
    column->addWidget(m_link, 0, Qt::AlignLeft);
}

void StateCard::show(OpMark mark, const QString& title, const QString& text, const QString& link)
{
    m_mark = mark;
    m_badge->setBadge(badgeOfMark(mark));
    m_title->setText(title);
    m_text->setText(text);
    m_link->setText(link);
    m_link->setVisible(!link.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(text);
    setVisible(!title.isEmpty());
    update();
}

void StateCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fillOfMark(Palette::current(), m_mark));
    painter.drawRoundedRect(rect(), 6, 6);
    // The line style of the role: a double line for zero, dashes for lost, solid for the rest.
    const QColor role = roleOfMark(Palette::current(), m_mark);
    const double top = 6;
    const double bottom = height() - 6;
    if (m_mark == OpMark::Zero || m_mark == OpMark::StarvedByZero) {
        painter.setPen(QPen(role, 1.25));
        painter.drawLine(QPointF(3.5, top), QPointF(3.5, bottom));
        painter.drawLine(QPointF(6.5, top), QPointF(6.5, bottom));
    } else {
        const bool isLost = m_mark == OpMark::Lost || m_mark == OpMark::StarvedByNone;
        painter.setPen(QPen(role, 2.5, isLost ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(4.5, top), QPointF(4.5, bottom));
    }
}

}
