#include "views/style/badge.h"

#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QCoreApplication>
#include <QPainter>

namespace backstep {

namespace {

QString words(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString tr(const char* text)
{
    return QCoreApplication::translate("Badge", text);
}

}

QColor roleOfMark(const Palette& palette, OpMark mark)
{
    switch (mark) {
    case OpMark::Zero:
    case OpMark::StarvedByZero:
    case OpMark::StandIn:
        return palette.zero;
    case OpMark::Failed:
    case OpMark::StarvedByBlock:
        return palette.failed;
    case OpMark::Lost:
    case OpMark::StarvedByNone:
    case OpMark::Cut:
        return palette.lost;
    case OpMark::Custom:
        return palette.checked;
    case OpMark::Plain:
    case OpMark::OffPath:
        break;
    }
    return palette.third;
}

QColor fillOfMark(const Palette& palette, OpMark mark)
{
    switch (mark) {
    case OpMark::Zero:
    case OpMark::StarvedByZero:
        return palette.zeroFill;
    case OpMark::Failed:
    case OpMark::StarvedByBlock:
        return palette.failedFill;
    default:
        return palette.raised;
    }
}

Badge badgeOfMark(OpMark mark)
{
    return {words(badgeOf(mark)), roleOfMark(Palette::current(), mark), words(wordOf(mark))};
}

Badge badgeOfWeight(Flow flow, bool isIncomplete)
{
    const Palette& palette = Palette::current();
    switch (flow) {
    case Flow::Live:
        if (isIncomplete)
            return {QStringLiteral("#"), palette.failed, tr("learns, but a part is missing")};
        return {QString(), palette.checked, tr("learns"), true};
    case Flow::Zero:
        return {QStringLiteral("0"), palette.zero, tr("gets only zeros")};
    case Flow::Blocked:
        return {QStringLiteral("#"), palette.failed, tr("blocked: a rule is missing")};
    case Flow::None:
        break;
    }
    return {QStringLiteral("?"), palette.lost, tr("gets no gradient")};
}

Badge badgeOfVerdict(Verdict verdict)
{
    const Palette& palette = Palette::current();
    switch (verdict) {
    case Verdict::Exact:
        return {QString(), palette.checked, tr("exact"), true};
    case Verdict::Surrogate:
        return {QStringLiteral("≈"), palette.backward, tr("surrogate")};
    case Verdict::Differs:
        return {QStringLiteral("≠"), palette.zero, tr("differs")};
    case Verdict::Cut:
        return {QStringLiteral("|"), palette.lost, tr("cut on purpose")};
    case Verdict::Invalid:
        return {QStringLiteral("!"), palette.failed, tr("invalid")};
    case Verdict::Unverifiable:
        break;
    }
    return {QStringLiteral("?"), palette.lost, tr("unverifiable")};
}

Badge badgeOfCheck(CheckMark mark)
{
    const Palette& palette = Palette::current();
    switch (mark) {
    case CheckMark::Passes:
        return {QString(), palette.checked, tr("gradient checked"), true};
    case CheckMark::Fails:
        return {QStringLiteral("≠"), palette.failed, tr("gradient differs")};
    case CheckMark::Surrogate:
        return badgeOfVerdict(Verdict::Surrogate);
    case CheckMark::NotDecided:
        return badgeOfVerdict(Verdict::Unverifiable);
    case CheckMark::None:
        break;
    }
    return {};
}

Badge badgeOfSeverity(Severity severity)
{
    const Palette& palette = Palette::current();
    switch (severity) {
    case Severity::Error:
        return {QStringLiteral("!"), palette.failed, tr("error")};
    case Severity::Warning:
        return {QStringLiteral("?"), palette.zero, tr("warning")};
    case Severity::Info:
        break;
    }
    return {QStringLiteral("i"), palette.lost, tr("note")};
}

void paintBadge(QPainter& painter, const QRectF& circle, const Badge& badge)
{
    if (badge.isEmpty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(badge.colour);
    painter.drawEllipse(circle);
    const QColor ink = Palette::inkOn(badge.colour);
    if (badge.isTick) {
        const double unit = circle.width() / 14;
        painter.setPen(QPen(ink, 1.7 * unit, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const QPointF tick[] = {circle.topLeft() + QPointF(4.0, 7.3) * unit,
                                circle.topLeft() + QPointF(6.2, 9.5) * unit,
                                circle.topLeft() + QPointF(10.2, 4.9) * unit};
        painter.drawPolyline(tick, 3);
    } else {
        painter.setFont(uiFont(qRound(circle.height() * 0.7), QFont::Bold));
        painter.setPen(ink);
        painter.drawText(circle, Qt::AlignCenter, badge.letter);
    }
    painter.restore();
}

BadgeLabel::BadgeLabel(QWidget* parent) : QWidget(parent)
{
    setFixedSize(16, 16);
}

void BadgeLabel::setBadge(const Badge& badge)
{
    m_badge = badge;
    setVisible(!badge.isEmpty());
    setAccessibleName(badge.word);
    setToolTip(badge.word);
    update();
}

void BadgeLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintBadge(painter, QRectF(1, 1, 14, 14), m_badge);
}

}
