#pragma once

#include "views/models/graph_tree.h"

#include <QAbstractItemModel>

namespace backstep {

/// The outline of the model for a tree view; rows of layers stand in program order.
class GraphTreeModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum Role { KindRole = Qt::UserRole, NodeRole, WeightRole };
    explicit GraphTreeModel(QObject* parent = nullptr);

    /// Keeps the rows, and with them what the user opened, when only states have changed.
    void setSnapshot(const Snapshot& snapshot);
    QModelIndex indexOf(NodeId op) const;
    QModelIndex indexOf(ValueId weight) const;
    /// Layers worth being open at the start: those in which an op has a mark or there are weights.
    std::vector<QModelIndex> openAtStart() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    const GraphTree::Item& item(const QModelIndex& index) const;
    QModelIndex indexOfItem(int itemIndex) const;
    QString accessibleText(const GraphTree::Item& item) const;

    GraphTree m_tree;
};

}
