#pragma once

#include "engine/session/observer.h"

#include <QAbstractTableModel>

namespace backstep {

/// Every weight of the program with what the loss gives it; holds a snapshot.
class WeightsModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { NameColumn, ShapeColumn, StatusColumn, CutByColumn, ColumnCount };
    enum Role { ValueRole = Qt::UserRole, FlowRole };
    explicit WeightsModel(QObject* parent = nullptr);

    void setSnapshot(std::shared_ptr<const Snapshot> snapshot);
    int countOf(Flow flow) const;
    /// Of the live ones, those whose gradient lacks the part through some op.
    int incompleteCount() const;
    /// "2 learn", "3 get only zeros", ...; only what there is, live ones first.
    QStringList summary() const;
    /// "lstm W, lstm R": for tool tips and lists.
    QString namesOf(const std::vector<ValueId>& weights) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        ValueId weight;
        Flow flow;
        bool isIncomplete;
    };
    QString text(const Row& row, int column) const;

    std::shared_ptr<const Snapshot> m_snapshot = std::make_shared<Snapshot>();
    std::vector<Row> m_rows;
};

}
