#pragma once

#include "engine/session/compared_findings.h"

#include <QDialog>

class QLabel;
class QTableWidget;

namespace backstep {

class Selection;
class SessionBridge;

/// Findings against the four profiles: what each makes of the place, and where it works.
class CompareDialog : public QDialog
{
    Q_OBJECT
public:
    CompareDialog(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    const QTableWidget& table() const { return *m_table; }

private:
    void fill(const Snapshot& snapshot, const std::vector<ComparedFinding>& rows);
    void addRow(const Snapshot& snapshot, const ComparedFinding& row);
    void goTo(int row);

    SessionBridge& m_bridge;
    Selection& m_selection;
    std::vector<ComparedFinding> m_rows;
    QLabel* m_hint;
    QTableWidget* m_table;
};

}
