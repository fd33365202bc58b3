#include "views/gradient/verdict_section.h"

#include "views/gradient/badge_chips.h"
#include "views/style/fonts.h"
#include "views/style/labels.h"
#include "views/style/palette.h"
#include "views/style/value_text.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>

namespace backstep {

namespace {

QString capitalized(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

/// Right where nothing is wrong, a warning else.
Badge badgeOf(bool isRight)
{
    const Palette& palette = Palette::current();
    return isRight ? Badge{QString(), palette.checked, VerdictSection::tr("right"), true}
                   : Badge{QStringLiteral("!"), palette.zero, VerdictSection::tr("take care")};
}

Badge badgeOfLive(double live)
{
    if (live > 0)
        return badgeOf(true);
    return {QStringLiteral("0"), Palette::current().zero, VerdictSection::tr("dead")};
}

}

VerdictSection::VerdictSection(QWidget* parent)
    : QWidget(parent), m_head(new SectionHead(tr("Verdict"), this)), m_chips(new BadgeChips(this)),
      m_sentence(new QLabel(this)), m_question(new QLabel(this)),
      m_exact(styled(new QPushButton(tr("Use the exact gradient instead"), this), "link"))
{
    for (QLabel* label : {m_sentence, m_question}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_sentence->setAccessibleName(tr("Verdict on the gradient"));
    m_question->setStyleSheet(QStringLiteral("font-weight: 600;"));
    connect(m_exact, &QPushButton::clicked, this, &VerdictSection::exactWanted);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    for (QWidget* part : {static_cast<QWidget*>(m_head), static_cast<QWidget*>(m_chips),
                          static_cast<QWidget*>(m_sentence), static_cast<QWidget*>(m_question),
                          static_cast<QWidget*>(m_exact)})
        column->addWidget(part);
    setUnchecked({});
}

void VerdictSection::setUnchecked(const QString& words)
{
    m_head->setRemark(tr("not checked yet"));
    m_chips->setChips({});
    m_sentence->setText(words);
    m_question->hide();
    m_exact->hide();
}

void VerdictSection::setVerdict(const JudgedGradient& given)
{
    const VerdictReport& report = given.verdict;
    m_head->setRemark(
        report.elementCount == 0
            ? tr("checked now")
            : tr("checked now, %1%2, float64")
                  .arg(plural(report.elementCount, tr("1 element"), tr("%1 elements")),
                       report.isOnDrawnValues ? tr(", drawn") : QString()));
    QList<BadgeChips::Chip> chips;
    const bool isSurrogate = report.isFlat && report.verdict == Verdict::Differs;
    VerdictReport shown = report;
    if (isSurrogate) // what differs from a derivative of zero can be nothing else
        shown.verdict = Verdict::Surrogate;
    chips << BadgeChips::Chip{badgeOfVerdict(shown.verdict),
                              capitalized(QString::fromStdString(shortWords(shown)))};
    if (report.hasBehaviour) {
        const GradientBehaviour& behaviour = report.behaviour;
        chips << BadgeChips::Chip{badgeOfLive(behaviour.live),
                                  tr("Live %1 %").arg(std::lround(100 * behaviour.live))};
        chips << BadgeChips::Chip{badgeOf(behaviour.isLinear),
                                  behaviour.isLinear ? tr("Linear in dy") : tr("Not linear in dy")};
        if (!behaviour.isZeroAtZero)
            chips << BadgeChips::Chip{badgeOf(false), tr("Not zero at dy = 0")};
    }
    if (given.forward)
        chips << BadgeChips::Chip{
            badgeOf(given.forward->isEqual()),
            given.forward->isEqual()
                ? tr("Same forward")
                : tr("Forward differs by %1").arg(numberText(given.forward->largest))};
    m_chips->setChips(chips);
    m_sentence->setText(QString::fromStdString(given.sentence));
    m_question->hide();
    m_exact->setVisible(report.hasDerivative && !report.isFlat &&
                        (report.verdict == Verdict::Differs || report.verdict == Verdict::Invalid));
}

void VerdictSection::ask(const QString& question)
{
    m_question->setText(question);
    m_question->show();
}

QString VerdictSection::words() const
{
    return m_sentence->text();
}

}
