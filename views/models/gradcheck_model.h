#pragma once

#include "engine/session/model_gradcheck.h"

#include <QAbstractTableModel>

#include <map>

namespace backstep {

/// What the check says of each op that has something to say; by forward op.
struct OpCheckMark {
    CheckMark mark = CheckMark::None;
    QString words;        ///< "gradcheck: differs, worst relative error 0.5 at t=2 ..."
    OpAddress at = {};    ///< the timestep that told most
    QString element = {}; ///< "y[1, 2] by x[1, 2]"; empty where nothing was compared
    bool isWorst = false; ///< fails, and by more than every other op
};
using OpCheckMarks = std::map<NodeId, OpCheckMark>;

/// What the check of all gradients found, the worst first: failures by their relative error, then
/// what was not decided, then what passes. The whole model's row is among them.
class GradcheckModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column {
        OpColumn,
        LayerColumn,
        VerdictColumn,
        ErrorColumn,
        PlaceColumn,
        RemarkColumn,
        ColumnCount
    };
    explicit GradcheckModel(QObject* parent = nullptr);

    /// Rows name ops of the snapshot's program.
    void setRows(std::shared_ptr<const Snapshot> snapshot, std::vector<OpGradcheck> rows);
    const OpGradcheck& row(int index) const { return m_rows[static_cast<size_t>(index)]; }
    int countOf(CheckMark mark) const;
    /// kNoNode for the whole model.
    OpAddress address(int index) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const OpGradcheck& check, int column) const;

    std::shared_ptr<const Snapshot> m_snapshot;
    std::vector<OpGradcheck> m_rows;
};

/// The worst relative error where the check found one; empty else.
QString errorText(const OpGradcheck& check);
/// "y[1, 2] by x[1, 2]", the two that are furthest apart, or that all were weighed together; empty
/// where nothing was compared.
QString elementText(const OpGradcheck& check);
/// Why there is no verdict, or where gradient and slope differ and by what.
QString remarkText(const OpGradcheck& check);

}
