#pragma once

#include "views/models/findings_model.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableView;

namespace backstep {

class RunFindingsWatch;
class Selection;
class SessionBridge;

/// The findings as a table; choosing one shows its op, and its button opens the first fix.
class ProblemsPanel : public QWidget
{
    Q_OBJECT
public:
    ProblemsPanel(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    const FindingsModel& findings() const { return *m_model; }
    QTableView& table() { return *m_table; }
    /// Selects the next (+1) or previous (-1) row, round the ends.
    void go(int step);

signals:
    void countChanged(int problems);
    /// A finding was opened by Enter, double click or its button.
    void fixWanted(NodeId node, const QString& expression);
    void findingOpened();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeTable();
    void refresh();
    void follow();
    void choose(int row);
    OpAddress placeToShow(int row) const;

    SessionBridge& m_bridge;
    Selection& m_selection;
    FindingsModel* m_model;
    RunFindingsWatch* m_run;
    QStackedWidget* m_pages;
    QTableView* m_table;
    QLabel* m_emptyText;
    bool m_isFollowing = false; ///< rows change because the selection did, not the other way round
};

}
