#include "views/gradient/forward_form.h"

#include "views/gradient/badge_chips.h"
#include "views/style/icons.h"
#include "views/style/labels.h"
#include "views/style/palette.h"
#include "views/style/value_text.h"

#include <QLabel>
#include <QPushButton>

namespace backstep {

ForwardForm::ForwardForm(QWidget* parent)
    : ExpressionForm(Side::Forward, parent), m_head(new SectionHead(tr("Against the op"), this)),
      m_chips(new BadgeChips(this)), m_sentence(new QLabel(this))
{
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sentence->setAccessibleName(tr("How far the forward is from the op"));
    addDetails({ruleLine(this), m_head, m_chips, m_sentence, ruleLine(this), &scope()});
    m_attach->setIcon(inkIcon(QStringLiteral("check"), Ink::OnAccent));
    m_attach->setText(tr("Compute this and go on"));
    m_attach->setToolTip(tr("Have this computed in the op's place and go back to the graph"));
    m_remove->setText(tr("Use the op again"));
    m_remove->setToolTip(tr("Have the op computed as the file has it"));
    setNoDistance({});
}

void ForwardForm::setDistance(const ForwardError& distance)
{
    const Palette& palette = Palette::current();
    const bool isEqual = distance.isEqual();
    m_head->setRemark(plural(distance.count, tr("on 1 value"), tr("on %1 values")) +
                      (distance.areDrawn ? tr(", drawn") : tr(" seen")));
    QList<BadgeChips::Chip> chips;
    if (isEqual)
        chips << BadgeChips::Chip{Badge{QString(), palette.checked, tr("equal"), true},
                                  tr("The numbers stay as they are")};
    else
        chips << BadgeChips::Chip{
            Badge{QStringLiteral("!"), palette.zero, tr("take care")},
            tr("Replaces the forward: off by at most %1").arg(numberText(distance.largest))};
    m_chips->setChips(chips);
    const QString sentence = QString::fromStdString(sentenceOf(distance));
    m_sentence->setText(isEqual
                            ? tr("It %1.").arg(sentence)
                            : tr("It %1. On average %2.").arg(sentence, numberText(distance.mean)));
}

void ForwardForm::setNoDistance(const QString& words)
{
    m_head->setRemark({});
    m_chips->setChips({});
    m_sentence->setText(words);
}

QString ForwardForm::words() const
{
    return m_sentence->text();
}

}
