#include "views/inspector/check_line.h"

#include "views/models/op_text.h"
#include "views/style/badge.h"
#include "views/style/labels.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

namespace backstep {

CheckLine::CheckLine(QWidget* parent)
    : QWidget(parent), m_badge(new BadgeLabel(this)), m_words(new QLabel(this)),
      m_link(styled(new QPushButton(this), "link"))
{
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    m_words->setStyleSheet(QStringLiteral("font-size: 12px;"));
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_words->setAccessibleName(tr("What the check of its gradient said"));
    m_link->setCursor(Qt::PointingHandCursor);
    m_link->setToolTip(tr("Select the op at the timestep where the check went furthest"));
    connect(m_link, &QPushButton::clicked, this, [this] { emit placeWanted(m_place); });
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(2);
    grid->addWidget(m_badge, 0, 0, Qt::AlignTop);
    grid->addWidget(m_words, 0, 1);
    grid->addWidget(m_link, 1, 1, Qt::AlignLeft);
    grid->setColumnStretch(1, 1);
    hide();
}

void CheckLine::setCheck(const OpCheckMark* check, const OpAddress& selected)
{
    setVisible(check != nullptr);
    if (!check)
        return;
    m_badge->setBadge(badgeOfCheck(check->mark));
    QString words = check->words;
    if (!words.isEmpty())
        words[0] = words[0].toUpper();
    m_words->setText(words);
    m_place = check->at;
    m_link->setText(tr("Show %1").arg(timestepText(m_place.at)));
    m_link->setVisible(m_place.node != kNoNode && m_place.at.depth > 0 &&
                       !(m_place.at == selected.at));
}

QString CheckLine::words() const
{
    return isHidden() ? QString() : m_words->text();
}

}
