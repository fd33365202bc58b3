#pragma once

#include <QStyledItemDelegate>

namespace backstep {

/// Roles that a row of a list, tree or table answers beside text; the delegate draws them.
enum RowRole {
    BadgeRole = Qt::UserRole + 100, ///< Badge
    IconNameRole,                   ///< QString, a drawing of views/style/icons
    DetailRole,                     ///< QString, quiet text behind the name
    MonoRole,                       ///< bool: monospace
    ButtonRole,                     ///< QString: the cell is a button with this text
};

/// Draws rows by the design: no zebra, tint and an accent bar for the selection, badges, quiet
/// details behind names, buttons in cells.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    enum class Form { Table, Tree };
    RowDelegate(Form form, int rowHeight, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;
    void setRowHeight(int rowHeight) { m_rowHeight = rowHeight; }

signals:
    void buttonClicked(const QModelIndex& index);

private:
    void paintBackground(QPainter& painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const;
    QRect buttonRect(const QRect& cell, const QString& text) const;

    Form m_form;
    int m_rowHeight;
};

}
