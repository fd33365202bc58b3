#pragma once

#include "engine/session/gradient_verdicts.h"

#include <QDialog>

class QLabel;
class QTableWidget;

namespace backstep {

class SessionBridge;

/// The check of a gradient element by element: where, the input, gradient, slope by differences and
/// how far they are apart; the furthest first.
class GradcheckDialog : public QDialog
{
    Q_OBJECT
public:
    GradcheckDialog(SessionBridge& bridge, NodeId node, const QString& gradient,
                    QWidget* parent = nullptr);
    QTableWidget& table() { return *m_table; }
    /// What is said of all rows together, or why there are none.
    QString words() const;

private:
    void ask(NodeId node, const QString& gradient);
    void fill(const Result<std::vector<CheckedElement>>& rows);
    void addRow(const CheckedElement& row);

    SessionBridge& m_bridge;
    QLabel* m_words;
    QTableWidget* m_table;
};

}
