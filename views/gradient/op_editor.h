#pragma once

#include "engine/graph/ids.h"

#include <QStackedWidget>

namespace backstep {

class ForwardEditor;
class GradientEditor;
class Selection;
class SessionBridge;

/// What is typed of an op: the gradient that it gives back, or what it computes. One of the two
/// shows; both are of the same op.
class OpEditor : public QStackedWidget
{
    Q_OBJECT
public:
    OpEditor(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    /// An empty text keeps what is attached or offers a first one.
    void editGradient(NodeId node, const QString& text = {});
    void editForward(NodeId node);
    /// Small beside the graph: what does not fit is left out.
    QSize minimumSizeHint() const override { return {480, 60}; }

signals:
    /// The text is in force: the user goes on elsewhere.
    void done();

private:
    void follow();

    SessionBridge& m_bridge;
    Selection& m_selection;
    GradientEditor* m_gradient;
    ForwardEditor* m_forward;
};

}
