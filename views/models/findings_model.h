#pragma once

#include "engine/session/observer.h"

#include <QAbstractTableModel>

namespace backstep {

/// The findings of a session as rows, the worst first; holds a snapshot and no state of its own.
class FindingsModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column {
        OperatorColumn,
        LayerColumn,
        TimestepColumn,
        MessageColumn,
        ReachColumn,
        KindColumn,
        FixColumn,
        ColumnCount
    };
    enum Role { AddressRole = Qt::UserRole, CodeRole, SortRole, FixExpressionRole };
    explicit FindingsModel(QObject* parent = nullptr);

    /// The snapshot's findings, and those of a run of it.
    void setSnapshot(std::shared_ptr<const Snapshot> snapshot,
                     std::shared_ptr<const FindingList> ofRun = {});
    const Finding& finding(int row) const { return *m_order[static_cast<size_t>(row)]; }
    /// First row about the op (or about the op whose gradient it is), or -1.
    int rowOf(NodeId node) const;
    /// Without notes: what the tab and the breadcrumb count.
    int problemCount() const;
    /// Op instances that the problems stand at.
    int64_t placeCount() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const Finding& finding, int column) const;
    QString kindsText(const Finding& finding) const;
    QString reachText(const Finding& finding) const;
    QVariant badge(const Finding& finding) const;
    OpAddress address(const Finding& finding) const;

    std::shared_ptr<const Snapshot> m_snapshot = std::make_shared<Snapshot>();
    std::shared_ptr<const FindingList> m_ofRun;
    std::vector<const Finding*> m_order; ///< into the snapshot's findings and those of the run
};

}
