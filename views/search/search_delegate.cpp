#include "views/search/search_delegate.h"

#include "views/models/search_model.h"
#include "views/style/fonts.h"
#include "views/style/icons.h"
#include "views/style/palette.h"
#include "views/style/row_delegate.h"

#include <QPainter>

namespace backstep {

namespace {

constexpr int kIcon = 16, kBadge = 14;

/// The key as on a keyboard, or the kind in quiet words; gives back where it begins.
int paintRight(QPainter& painter, const QRect& row, const QString& keys, const QString& kind)
{
    const Palette& palette = Palette::current();
    painter.setFont(uiFont(keys.isEmpty() ? 12 : 11));
    const QString text = keys.isEmpty() ? kind : keys;
    const int width = painter.fontMetrics().horizontalAdvance(text);
    if (keys.isEmpty()) {
        painter.setPen(palette.second);
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, text);
        return row.right() - width;
    }
    const QRectF cap(row.right() - width - 11.5, row.center().y() - 9.5, width + 12, 20);
    painter.setPen(palette.controlBorder);
    painter.setBrush(palette.panel);
    painter.drawRoundedRect(cap, 4, 4);
    painter.setPen(palette.text);
    painter.drawText(cap, Qt::AlignCenter, text);
    return static_cast<int>(cap.left());
}

}

QSize SearchDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {0, kRowHeight};
}

void SearchDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const
{
    const Palette& palette = Palette::current();
    const bool isMarked = option.state & QStyle::State_Selected;
    const bool isEnabled = index.flags() & Qt::ItemIsEnabled;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (isMarked || option.state & QStyle::State_MouseOver) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(isMarked ? palette.tint : palette.raised);
        painter->drawRoundedRect(QRectF(option.rect).adjusted(0, 1, 0, -1), 5, 5);
    }
    QRect row = option.rect.adjusted(10, 0, -10, 0);
    const QRect place(row.left(), row.center().y() - kIcon / 2 + 1, kIcon, kIcon);
    if (const Badge badge = index.data(BadgeRole).value<Badge>(); !badge.isEmpty())
        paintBadge(*painter, QRectF(place.x() + 1, place.y() + 1, kBadge, kBadge), badge);
    else if (const QString icon = index.data(IconNameRole).toString(); !icon.isEmpty())
        inkIcon(icon, Ink::Second).paint(painter, place);
    row.setLeft(row.left() + kIcon + 10);
    row.setRight(paintRight(*painter, row, index.data(SearchModel::KeysRole).toString(),
                            index.data(SearchModel::KindRole).toString()) -
                 12);

    painter->setFont(uiFont(13, isMarked ? QFont::DemiBold : QFont::Normal));
    painter->setPen(isEnabled ? palette.text : palette.third);
    const QString title =
        painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, row.width());
    painter->drawText(row, Qt::AlignVCenter, title);
    row.setLeft(row.left() + painter->fontMetrics().horizontalAdvance(title) + 10);
    if (row.width() > 40) {
        painter->setFont(uiFont(12));
        painter->setPen(isEnabled ? palette.second : palette.third);
        painter->drawText(row, Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data(DetailRole).toString(),
                                                            Qt::ElideRight, row.width()));
    }
    painter->restore();
}

}
