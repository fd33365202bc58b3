#pragma once

#include <QStyledItemDelegate>

namespace backstep {

/// A watched gradient in a row: name, bars by timestep, number.
class WatchDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    static constexpr int kRowHeight = 24, kTallRowHeight = 40;
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}
