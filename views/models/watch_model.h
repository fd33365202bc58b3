#pragma once

#include "views/models/watches.h"

#include <QAbstractListModel>

namespace backstep {

class Selection;
class SessionBridge;

/// The watched gradients with their sizes: as the pass has made them, and beside them, once it is
/// at its end and something is mended, as they would be without that.
class WatchModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { NormsRole = Qt::UserRole + 1, BeforeRole, NumberRole, BeforeNumberRole };
    WatchModel(SessionBridge& bridge, Selection& selection, QObject* parent = nullptr);

    /// Pins what is selected; one that is watched already stays where it is.
    void watchSelected();
    void remove(int row);
    const Watch& watch(int row) const { return m_rows[static_cast<size_t>(row)].watch; }
    /// Whether some row has sizes from without the fixes.
    bool hasBefore() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

signals:
    void readingsChanged();

private:
    struct Row {
        Watch watch;
        WatchNorms now, before;
    };
    void beginAnew();
    void ask();
    void askBefore();
    std::vector<Watch> watches() const;
    void take(const std::vector<Watch>& asked, const std::vector<WatchNorms>& norms,
              WatchNorms Row::*into);
    /// At the timestep that is looked at; empty where the pass has not been.
    QString numberOf(const WatchNorms& norms) const;

    SessionBridge& m_bridge;
    Selection& m_selection;
    std::vector<Row> m_rows;
    std::shared_ptr<const Snapshot> m_comparedFor; ///< whose sizes without fixes were asked for
};

}
