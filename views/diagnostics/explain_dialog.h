#pragma once

#include "engine/diagnostics/traceback.h"
#include "engine/graph/address.h"

#include <QDialog>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace backstep {

class Selection;
class SessionBridge;

/// Paste a traceback: its causes, the likeliest first, and the op of the open model that it names.
class ExplainDialog : public QDialog
{
    Q_OBJECT
public:
    ExplainDialog(const SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    void setTraceback(const QString& text);

private:
    void explain();
    void showCause(int row);
    OpAddress placeOf(const TracebackCause& cause) const;

    const SessionBridge& m_bridge;
    Selection& m_selection;
    std::vector<TracebackCause> m_causes;
    OpAddress m_place;
    QPlainTextEdit* m_text;
    QListWidget* m_list;
    QLabel* m_detail;
    QPushButton* m_show;
};

}
