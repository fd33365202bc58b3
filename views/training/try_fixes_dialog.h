#pragma once

#include "engine/session/fix_trials.h"

#include <QDialog>

#include <memory>

class QLabel;
class QPushButton;
class QTableWidget;

namespace backstep {

class SessionBridge;

/// Every fix of one finding after 50 steps from the same start, in rows that arrive one by one;
/// Enter applies the chosen one, at first the best.
class TryFixesDialog : public QDialog
{
    Q_OBJECT
public:
    TryFixesDialog(SessionBridge& bridge, const Finding& finding, QWidget* parent = nullptr);
    ~TryFixesDialog() override;

private:
    void ask(const Finding& finding);
    void addRow(const FixTrial& trial);
    void finish(const FixTrials& trials);
    void setRow(int row, const FixTrial& trial);
    void applyChosen();
    void updateApply();

    SessionBridge& m_bridge;
    NodeId m_node;
    QLabel* m_words;
    QTableWidget* m_table;
    QPushButton *m_apply, *m_stop;
    std::vector<FixTrial> m_rows; ///< as in the table
    bool m_isDone = false;
};

/// The finding whose fixes can be tried: that of the op, else the first one; null without any.
const Finding* findingToTry(const Snapshot& snapshot, NodeId node);

}
