#pragma once

#include "engine/checks/compare.h"

#include <QDialog>

class QTableWidget;

namespace backstep {

class Selection;
class SessionBridge;

/// Ops against the four profiles: where the gradient gets lost here, and where it does not.
class CompareDialog : public QDialog
{
    Q_OBJECT
public:
    CompareDialog(const SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);

private:
    void fill(const SessionBridge& bridge);
    std::vector<ComparedOp> m_rows;
    QTableWidget* m_table;
};

}
