#include "views/inspector/fix_option.h"

#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QPainter>
#include <QRegularExpression>

#include <algorithm>

namespace backstep {

namespace {

constexpr int kLineHeight = 24;

}

FixOption::FixOption(const QString& title, const QString& remark, const QString& wholeRemark,
                     Remark place, QWidget* parent)
    : QRadioButton(title, parent), m_remark(remark), m_place(place)
{
    setFixedHeight(place == Remark::Below ? 42 : kLineHeight);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip(wholeRemark);
    setAccessibleName(remark.isEmpty() ? title : QStringLiteral("%1: %2").arg(title, wholeRemark));
}

QSize FixOption::sizeHint() const
{
    const int title = QFontMetrics(uiFont(13, QFont::DemiBold)).horizontalAdvance(text());
    const int remark = QFontMetrics(monoFont(11)).horizontalAdvance(m_remark);
    const int beside = remark > 0 && m_place == Remark::Beside ? 12 + remark : 0;
    return {std::min(360, 30 + title + beside + 10), height()};
}

void FixOption::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
    if (isChecked() || underMouse()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(isChecked() ? palette.tint : palette.raised);
        painter.drawRoundedRect(box, 5, 5);
    }
    if (hasFocus()) {
        painter.setPen(QPen(palette.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box, 5, 5);
    }
    const QPointF centre(15, kLineHeight / 2.0);
    painter.setPen(QPen(isChecked() ? palette.accent : palette.controlBorder, 1.5));
    painter.setBrush(isChecked() ? palette.accent : palette.panel);
    painter.drawEllipse(centre, 6.5, 6.5);
    if (isChecked()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette.onAccent);
        painter.drawEllipse(centre, 2.5, 2.5);
    }
    const QFont titleFont = uiFont(13, isChecked() ? QFont::DemiBold : QFont::Normal);
    const int titleWidth = QFontMetrics(titleFont).horizontalAdvance(text());
    painter.setFont(titleFont);
    painter.setPen(isEnabled() ? palette.text : palette.third);
    painter.drawText(QRect(30, 0, titleWidth + 2, kLineHeight), Qt::AlignVCenter, text());
    const bool isBelow = m_place == Remark::Below;
    const QRect rest =
        isBelow ? QRect(30, kLineHeight - 4, width() - 38, height() - kLineHeight)
                : QRect(30 + titleWidth + 10, 0, width() - 30 - titleWidth - 18, height());
    const QFont remarkFont = monoFont(11);
    painter.setFont(remarkFont);
    painter.setPen(isEnabled() ? palette.second : palette.third);
    const QFontMetrics metrics(remarkFont);
    QString remark = m_remark;
    static const QRegularExpression notWords(QStringLiteral(R"([^\w ])"));
    const bool isTooLong = metrics.horizontalAdvance(remark) > rest.width();
    if (isTooLong && !isBelow && !remark.contains(notWords))
        remark.clear(); // half a word says nothing; the tool tip has it
    else if (isTooLong)
        remark.remove(QLatin1Char(' ')); // before a letter is cut
    painter.drawText(rest, (isBelow ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter,
                     metrics.elidedText(remark, Qt::ElideRight, rest.width()));
}

std::pair<QString, QString> titleParts(const QString& title)
{
    const qsizetype colon = title.indexOf(QStringLiteral(": "));
    return colon < 0
               ? std::pair(title, QString())
               : std::pair(title.first(colon), title.sliced(colon + 2).replace(
                                                   QStringLiteral("->"), QStringLiteral("→")));
}

}
