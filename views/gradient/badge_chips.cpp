#include "views/gradient/badge_chips.h"

#include "views/style/fonts.h"
#include "views/style/palette.h"

#include <QPainter>

namespace backstep {

namespace {
constexpr int kHeight = 24, kGap = 6, kBadge = 14;

QFont chipFont()
{
    return uiFont(12, QFont::Medium);
}

}

BadgeChips::BadgeChips(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void BadgeChips::setChips(const QList<Chip>& chips)
{
    m_chips = chips;
    QStringList words;
    for (const Chip& chip : chips)
        words << chip.text;
    setAccessibleName(words.join(QStringLiteral(", ")));
    setVisible(!chips.isEmpty());
    updateGeometry();
    update();
}

QList<QRectF> BadgeChips::places(int width) const
{
    const QFontMetrics metrics(chipFont());
    QList<QRectF> places;
    double left = 0, top = 0;
    for (const Chip& chip : m_chips) {
        const double wide =
            std::min<double>(width, metrics.horizontalAdvance(chip.text) + kBadge + 22);
        if (left > 0 && left + wide > width) {
            left = 0;
            top += kHeight + kGap;
        }
        places << QRectF(left, top, wide, kHeight);
        left += wide + kGap;
    }
    return places;
}

int BadgeChips::heightForWidth(int width) const
{
    const QList<QRectF> all = places(width);
    return all.isEmpty() ? 0 : static_cast<int>(all.last().bottom()) + 1;
}

void BadgeChips::paintEvent(QPaintEvent*)
{
    const Palette& palette = Palette::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(chipFont());
    const QList<QRectF> all = places(width());
    for (qsizetype i = 0; i < all.size(); ++i) {
        const QRectF box = all[i].adjusted(0.5, 0.5, -0.5, -0.5);
        painter.setPen(palette.controlBorder);
        painter.setBrush(palette.panel);
        painter.drawRoundedRect(box, kHeight / 2.0, kHeight / 2.0);
        paintBadge(painter, QRectF(box.left() + 5, box.center().y() - kBadge / 2.0, kBadge, kBadge),
                   m_chips[i].badge);
        painter.setPen(palette.text);
        const QRectF rest = box.adjusted(kBadge + 10, 0, -8, 0);
        painter.drawText(rest, Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_chips[i].text, Qt::ElideRight,
                                                          static_cast<int>(rest.width()) + 1));
    }
}

}
