#include "views/gradient/op_editor.h"

#include "views/gradient/expression_edit.h"
#include "views/gradient/forward_editor.h"
#include "views/gradient/gradient_editor.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/segments.h"

namespace backstep {

OpEditor::OpEditor(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QStackedWidget(parent), m_bridge(bridge), m_selection(selection),
      m_gradient(new GradientEditor(bridge, selection, this)),
      m_forward(new ForwardEditor(bridge, this))
{
    addWidget(m_gradient);
    addWidget(m_forward);
    connect(m_gradient, &GradientEditor::done, this, &OpEditor::done);
    connect(m_forward, &ForwardEditor::done, this, &OpEditor::done);
    connect(&m_gradient->form(), &ExpressionForm::sideWanted, this,
            [this] { editForward(m_gradient->node()); });
    connect(&m_forward->form(), &ExpressionForm::sideWanted, this,
            [this] { editGradient(m_forward->node()); });
    connect(&m_selection, &Selection::changed, this, &OpEditor::follow);
    connect(&m_bridge, &SessionBridge::documentOpened, this, [this] {
        m_forward->setNode(kNoNode);
        setCurrentWidget(m_gradient);
    });
    // An import anew gives other ops: what stands in the editor is asked for again.
    connect(&m_bridge, &SessionBridge::documentChanged, this, [this] {
        if (currentWidget() == m_forward && !m_forward->isTyped())
            follow();
    });
}

void OpEditor::editGradient(NodeId node, const QString& text)
{
    setCurrentWidget(m_gradient);
    m_gradient->editOp(node, text);
}

void OpEditor::editForward(NodeId node)
{
    setCurrentWidget(m_forward);
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (snapshot.program && snapshot.program->has(node) && !m_forward->isTyped())
        m_forward->editNode(primalOf(*snapshot.program, node));
    m_forward->form().sides().setFocus();
}

/// Typing that is not applied yet is never thrown away by a click elsewhere.
void OpEditor::follow()
{
    const NodeId chosen = m_selection.op().node;
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (currentWidget() != m_forward || m_forward->isTyped() || !snapshot.program)
        return;
    if (snapshot.program->has(chosen))
        m_forward->setNode(primalOf(*snapshot.program, chosen));
    else if (!snapshot.program->has(m_forward->node()))
        m_forward->setNode(kNoNode);
}

}
