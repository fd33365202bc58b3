#pragma once

#include <QStyledItemDelegate>

#include <vector>

namespace backstep {

/// What a row of a library holds beside its title.
enum LibraryRole {
    ExpressionRole = Qt::UserRole, ///< QString: the expression
    CurveRole,                     ///< QVariantList of double: from -2 to 2
    ShareRole,                     ///< double: share of the values seen; negative where not known
};

/// Draws a row of a library: its curve, title, formula, share.
class LibraryDelegate : public QStyledItemDelegate
{
public:
    LibraryDelegate(bool isOfGradients, QObject* parent)
        : QStyledItemDelegate(parent), m_isOfGradients(isOfGradients)
    {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {200, kRowHeight};
    }
    static constexpr int kRowHeight = 52;

private:
    bool m_isOfGradients; ///< else of forwards
};

}
