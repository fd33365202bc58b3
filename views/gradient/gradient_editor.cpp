#include "views/gradient/gradient_editor.h"

#include "views/gradient/example_list.h"
#include "views/gradient/expression_edit.h"
#include "views/models/gradient_targets.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/fonts.h"
#include "views/style/icons.h"
#include "views/style/labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>

namespace backstep {

GradientEditor::GradientEditor(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_selection(selection)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 6, 0, 6);
    row->setSpacing(16);
    row->addWidget(makeLeft(), 6);
    row->addWidget(makeRight(), 5);
    connect(&selection, &Selection::changed, this, &GradientEditor::follow);
    connect(&bridge, &SessionBridge::documentChanged, this, &GradientEditor::refresh);
    connect(&bridge, &SessionBridge::documentOpened, this, [this] { setNode(kNoNode); });
    connect(&bridge, &SessionBridge::previewReady, this, &GradientEditor::take);
    setNode(kNoNode);
}

QWidget* GradientEditor::makeLeft()
{
    auto* left = new QWidget(this);
    m_title = new QLabel(left);
    m_title->setStyleSheet(QStringLiteral("font-weight: 600;"));
    m_subtitle = new ElidedLabel({}, left);
    m_subtitle->setProperty("tone", "second");
    m_edit = new ExpressionEdit(left);
    m_edit->setMinimumHeight(28);
    m_verdict = new ElidedLabel({}, left);
    m_verdict->setProperty("tone", "second");
    m_verdict->setAccessibleName(tr("Verdict on the expression"));
    m_scope = new QComboBox(left);
    m_scope->setAccessibleName(tr("Which ops get the gradient"));
    m_scope->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_attach = styled(new QPushButton(tr("Attach"), left), "primary");
    m_attach->setToolTip(tr("Attach the gradient and go on with it (Ctrl+Return)"));
    m_remove = new QPushButton(tr("Remove"), left);
    m_remove->setToolTip(tr("Take the attached gradient away"));
    connect(m_edit, &ExpressionEdit::textChanged, this, &GradientEditor::check);
    connect(m_edit, &ExpressionEdit::submitted, this, &GradientEditor::attach);
    connect(m_scope, &QComboBox::currentIndexChanged, this, &GradientEditor::check);
    connect(m_attach, &QPushButton::clicked, this, &GradientEditor::attach);
    connect(m_remove, &QPushButton::clicked, this, &GradientEditor::remove);

    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_title);
    head->addWidget(m_subtitle, 1);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(8);
    foot->addWidget(m_verdict, 1);
    foot->addWidget(m_scope);
    foot->addWidget(m_remove);
    foot->addWidget(m_attach);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(m_edit, 1);
    column->addLayout(foot);
    return left;
}

QWidget* GradientEditor::makeRight()
{
    auto* right = new QWidget(this);
    auto* head = new SectionHead(tr("Examples"), right);
    m_examples = new ExampleList(right);
    connect(m_examples, &ExampleList::chosen, this, [this](const QString& expression) {
        m_edit->setPlainText(expression);
        m_edit->setFocus();
    });
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 8, 0);
    column->setSpacing(2);
    column->addWidget(head);
    column->addWidget(m_examples, 1);
    return right;
}

void GradientEditor::editOp(NodeId node, const QString& text)
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (!snapshot.program || !snapshot.program->has(node))
        return;
    setNode(primalOf(*snapshot.program, node));
    if (!text.isEmpty())
        m_edit->setPlainText(text);
    m_edit->setFocus();
    m_edit->selectAll();
}

void GradientEditor::setNode(NodeId node)
{
    m_node = node;
    const Snapshot& snapshot = *m_bridge.snapshot();
    const bool isThere = snapshot.program && snapshot.program->has(node);
    m_scope->clear();
    QString text;
    if (isThere) {
        for (auto scope : {GradientTarget::Scope::Node, GradientTarget::Scope::Layer,
                           GradientTarget::Scope::OpType})
            if (scope != GradientTarget::Scope::Layer || hasLayer(*snapshot.program, node))
                m_scope->addItem(scopeText(*snapshot.program, node, scope),
                                 static_cast<int>(scope));
        text = QStringLiteral("dy");
        if (const GradientChoice* attached = attachedTo(snapshot, node)) {
            text = QString::fromStdString(attached->text);
            m_scope->setCurrentIndex(
                std::max(0, m_scope->findData(static_cast<int>(attached->target.scope))));
        }
    }
    m_cleanText = text;
    m_edit->setPlainText(text);
    for (QWidget* part : {static_cast<QWidget*>(m_edit), static_cast<QWidget*>(m_scope),
                          static_cast<QWidget*>(m_examples)})
        part->setEnabled(isThere);
    refresh();
}

void GradientEditor::follow()
{
    const NodeId chosen = m_selection.op().node;
    const Snapshot& snapshot = *m_bridge.snapshot();
    // Typing that is not attached yet is never thrown away by a click elsewhere.
    if (!snapshot.program || !snapshot.program->has(chosen) || m_edit->toPlainText() != m_cleanText)
        return;
    if (const NodeId primal = primalOf(*snapshot.program, chosen); primal != m_node)
        setNode(primal);
}

void GradientEditor::refresh()
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    const bool isThere = snapshot.program && snapshot.program->has(m_node);
    const GradientChoice* attached = isThere ? attachedTo(snapshot, m_node) : nullptr;
    m_title->setText(isThere ? tr("Gradient of %1").arg(opText(*snapshot.program, m_node))
                             : tr("Select an op to give it a gradient"));
    m_subtitle->setText(isThere ? tr("%1 · names: x, y, dy · functions as in tf.math, torch, jnp")
                                      .arg(layerText(*snapshot.program, m_node))
                                : QString());
    m_attach->setText(attached ? tr("Update") : tr("Attach"));
    m_remove->setVisible(attached != nullptr);
    if (attached && QString::fromStdString(attached->text) == m_edit->toPlainText())
        m_cleanText = m_edit->toPlainText();
    check();
}

GradientTarget GradientEditor::target() const
{
    return targetOf(*m_bridge.snapshot()->program, m_node,
                    static_cast<GradientTarget::Scope>(m_scope->currentData().toInt()));
}

void GradientEditor::check()
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (!snapshot.program || !snapshot.program->has(m_node) || m_scope->count() == 0) {
        m_attach->setEnabled(false);
        m_verdict->clear();
        return;
    }
    m_asked = m_bridge.requestPreview(target(), m_edit->toPlainText());
}

void GradientEditor::take(Ticket ticket, const GradientPreview& preview)
{
    if (ticket != m_asked)
        return;
    m_edit->setErrorColumn(preview.error ? preview.error->column : -1);
    m_attach->setEnabled(!preview.error);
    m_verdict->setProperty("tone", preview.error ? "error" : "second");
    const QString words =
        QString::fromStdString(preview.error ? preview.error->message : preview.summary);
    m_verdict->setText(words);
    m_verdict->setToolTip(preview.error ? QString::fromStdString(preview.error->hint) : QString());
}

QString GradientEditor::verdict() const
{
    return m_verdict->text();
}

void GradientEditor::attach()
{
    if (m_scope->count() == 0 || m_edit->toPlainText().trimmed().isEmpty())
        return;
    m_cleanText = m_edit->toPlainText();
    m_edit->forgetTyping();
    m_bridge.attach({target(), m_cleanText.toStdString()});
}

void GradientEditor::remove()
{
    if (const GradientChoice* attached = attachedTo(*m_bridge.snapshot(), m_node))
        m_bridge.removeGradient(attached->target);
}

}
