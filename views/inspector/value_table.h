#pragma once

#include "engine/session/observer.h"

#include <QAbstractTableModel>
#include <QDialog>

class QLabel;
class QTableView;

namespace backstep {

/// A tensor as a table: its last axis gives the columns, all others together the rows.
class TensorTableModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setValue(std::shared_ptr<const ValueSnapshot> value);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    int64_t columns() const;
    std::shared_ptr<const ValueSnapshot> m_value;
};

/// The numbers of one value in a window of their own, with their statistics.
class ValueTable : public QDialog
{
    Q_OBJECT
public:
    explicit ValueTable(QWidget* parent = nullptr);
    /// Null when the value is not there any more.
    void setValue(const QString& title, std::shared_ptr<const ValueSnapshot> value);

private:
    QLabel* m_statistics;
    TensorTableModel* m_model;
    QTableView* m_view;
};

}
