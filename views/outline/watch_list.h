#pragma once

#include "views/models/watch_model.h"

#include <QWidget>

class QListView;
class QToolButton;

namespace backstep {

class SectionHead;

/// The watched gradients under each other: a bar for each timestep, as long as its logarithm, and
/// the number at the timestep that is looked at. What is mended shows a second row of bars: without
/// the fix.
class WatchList : public QWidget
{
    Q_OBJECT
public:
    WatchList(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    WatchModel& model() { return *m_model; }
    QListView& rows() { return *m_rows; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fit();
    void show(const QModelIndex& index);

    SessionBridge& m_bridge;
    Selection& m_selection;
    WatchModel* m_model;
    SectionHead* m_head;
    QToolButton* m_add;
    QListView* m_rows;
};

}
