#pragma once

#include "engine/session/observer.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace backstep {

class ElidedLabel;
class ExampleList;
class ExpressionEdit;
class Selection;
class SessionBridge;
struct GradientPreview;

/// Where a gradient is typed: checked against the op at each key, attached with Ctrl+Return.
class GradientEditor : public QWidget
{
    Q_OBJECT
public:
    GradientEditor(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    /// Takes the op as target; an empty text keeps what is attached or offers a first one.
    void editOp(NodeId node, const QString& text = {});
    ExpressionEdit& edit() { return *m_edit; }
    /// What is written under the field: the error, or what the text compiles to.
    QString verdict() const;

private:
    QWidget* makeLeft();
    QWidget* makeRight();
    void setNode(NodeId node);
    void refresh();
    void follow();
    void check();
    void take(Ticket ticket, const GradientPreview& preview);
    void attach();
    void remove();
    GradientTarget target() const;

    SessionBridge& m_bridge;
    Selection& m_selection;
    NodeId m_node = kNoNode;
    QString m_cleanText; ///< as it was set; anything else is the user's typing
    Ticket m_asked = 0;
    QLabel* m_title;
    ElidedLabel* m_subtitle;
    ExpressionEdit* m_edit;
    QLabel* m_verdict;
    QComboBox* m_scope;
    QPushButton* m_attach;
    QPushButton* m_remove;
    ExampleList* m_examples;
};

}
