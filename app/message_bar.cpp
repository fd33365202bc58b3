#include "app/message_bar.h"

#include "engine/base/result.h"
#include "engine/base/text.h"
#include "views/style/badge.h"
#include "views/style/icons.h"
#include "views/style/labels.h"
#include "views/style/palette.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace backstep {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), m_what(new QLabel(this)), m_more(new QLabel(this))
{
    auto* badge = new BadgeLabel(this);
    badge->setBadge(badgeOfSeverity(Severity::Error));
    for (QLabel* label : {m_what, m_more}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_what->setStyleSheet(QStringLiteral("font-weight: 600;"));
    m_more->setStyleSheet(QStringLiteral("font-size: 12px;"));
    auto* close = styled(new QToolButton(this), "flat");
    close->setIcon(inkIcon(QStringLiteral("close")));
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close the message"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);

    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_what);
    words->addWidget(m_more);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 8, 8, 8);
    row->setSpacing(10);
    row->addWidget(badge, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    row->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void MessageBar::showError(const Error& error)
{
    m_what->setText(QString::fromStdString(printable(error.message)));
    QStringList more;
    for (const std::string& step : error.trail)
        more << tr("while %1").arg(QString::fromStdString(printable(step)));
    QString rest = more.join(QStringLiteral(", "));
    if (!error.hint.empty())
        rest += (rest.isEmpty() ? QString() : QStringLiteral("\n")) +
                QString::fromStdString(printable(error.hint));
    m_more->setText(rest);
    m_more->setVisible(!rest.isEmpty());
    setAccessibleName(text());
    show();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

QString MessageBar::text() const
{
    return m_what->text() + QLatin1Char('\n') + m_more->text();
}

void MessageBar::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.fillRect(rect(), palette.failedFill);
    painter.fillRect(QRect(0, 0, 3, height()), palette.failed);
    painter.fillRect(QRect(0, height() - 1, width(), 1), palette.rule);
}

}
