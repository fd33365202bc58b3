#pragma once

#include <QStyledItemDelegate>

#include <vector>

namespace backstep {

/// What a row of the surrogates holds beside its title.
enum SurrogateRole {
    GradientRole = Qt::UserRole, ///< QString: the expression
    SlopesRole,                  ///< QVariantList of double: dx for dy = 1, from -2 to 2
    LiveRole,                    ///< double: share of the values seen; negative where not known
};

/// Draws a row of the surrogates: its curve, title, formula, live share.
class SurrogateDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {200, kRowHeight};
    }
    static constexpr int kRowHeight = 52;
};

}
