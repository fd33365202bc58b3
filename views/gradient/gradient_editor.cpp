#include "views/gradient/gradient_editor.h"

#include "engine/base/text.h"
#include "views/gradient/effect_list.h"
#include "views/gradient/expression_edit.h"
#include "views/gradient/gradcheck_dialog.h"
#include "views/gradient/function_plot.h"
#include "views/gradient/plot_column.h"
#include "views/gradient/surrogate_list.h"
#include "views/models/gradient_bench.h"
#include "views/models/gradient_targets.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/palette.h"

#include <QLineEdit>
#include <QPushButton>

namespace backstep {

namespace {

constexpr int kRestMs = 250;
const ScopeSection::Scopes kScopes{GradientTarget::Scope::Node, GradientTarget::Scope::Layer,
                                   GradientTarget::Scope::OpType, GradientTarget::Scope::Timesteps};

}

GradientEditor::GradientEditor(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : GradientEditor(bridge, selection, new GradientForm,
                     new PlotColumn(tr("Forward and gradient")), new SurrogateList, parent)
{}

GradientEditor::GradientEditor(SessionBridge& bridge, Selection& selection, GradientForm* form,
                               PlotColumn* middle, SurrogateList* surrogates, QWidget* parent)
    : EditorColumns(form, middle, surrogates, parent), m_bridge(bridge), m_selection(selection),
      m_bench(new GradientBench(bridge, this)), m_form(form), m_middle(middle),
      m_surrogates(surrogates)
{
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    plot().setAbsence(tr("This op is no function of one number: there is no curve to draw. "
                         "Check compares its gradient element by element."));
    connectParts();
    setNode(kNoNode);
}

FunctionPlot& GradientEditor::plot()
{
    return m_middle->plot();
}

void GradientEditor::connectParts()
{
    connect(&m_selection, &Selection::changed, this, &GradientEditor::follow);
    connect(&m_bridge, &SessionBridge::documentChanged, this, &GradientEditor::refresh);
    connect(&m_bridge, &SessionBridge::documentOpened, this, [this] { setNode(kNoNode); });
    connect(&m_bridge, &SessionBridge::passMoved, this, [this] {
        if (isThere() && isVisible())
            m_bench->askLook(m_node);
    });
    connect(m_bench, &GradientBench::lookReady, this, &GradientEditor::takeLook);
    connect(m_bench, &GradientBench::textChecked, this, &GradientEditor::takeError);
    connect(m_bench, &GradientBench::curvesReady, this, &GradientEditor::showCurves);
    connect(m_bench, &GradientBench::verdictReady, this, &GradientEditor::takeVerdict);
    connect(m_bench, &GradientBench::effectReady, this, [this](const GradientEffect& effect) {
        const GradientChoice* attached = attachedTo(*m_bridge.snapshot(), m_node);
        m_middle->effect().setEffect(effect, attached && attached->text == choice().text);
    });
    connect(&m_rest, &QTimer::timeout, this, [this] {
        if (m_isSound && isThere())
            m_bench->askEffect(choice());
    });
    connect(m_middle, &PlotColumn::rangeChanged, this, &GradientEditor::askText);
    connect(m_form, &GradientForm::checkWanted, this, &GradientEditor::check);
    connect(m_form, &GradientForm::attachWanted, this, &GradientEditor::attach);
    connect(m_form, &GradientForm::gradcheckWanted, this, [this] {
        if (isThere())
            GradcheckDialog(m_bridge, m_node, edit().toPlainText(), this).exec();
    });
    connect(m_form, &GradientForm::revertWanted, this, [this] {
        edit().replaceText(m_cleanText);
        edit().setFocus();
    });
    connect(m_form, &GradientForm::removeWanted, this, [this] {
        if (const GradientChoice* attached = attachedTo(*m_bridge.snapshot(), m_node))
            m_bridge.removeGradient(attached->target);
    });
    connect(&m_form->verdict(), &VerdictSection::exactWanted, this, &GradientEditor::useExact);
    connect(&m_form->scope(), &ScopeSection::changed, this, &GradientEditor::textChanged);
    connect(&edit(), &ExpressionEdit::textChanged, this, &GradientEditor::textChanged);
    connect(m_surrogates, &SurrogateList::chosen, this, [this](const QString& gradient) {
        edit().replaceText(gradient);
        edit().setFocus();
    });
    connect(m_surrogates, &LibraryList::sharpened, &edit(), &ExpressionEdit::replaceText);
}

bool GradientEditor::isThere() const
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    return snapshot.program && snapshot.program->has(m_node);
}

void GradientEditor::editOp(NodeId node, const QString& text)
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    if (!snapshot.program || !snapshot.program->has(node))
        return;
    setNode(primalOf(*snapshot.program, node));
    if (!text.isEmpty())
        edit().setPlainText(text);
    edit().setFocus();
    edit().selectAll();
}

void GradientEditor::setNode(NodeId node)
{
    m_node = node;
    const Snapshot& snapshot = *m_bridge.snapshot();
    QString text, reason;
    if (isThere()) {
        const Node& op = snapshot.program->node(node);
        m_form->scope().setOp(*snapshot.program, node, kScopes);
        m_form->setTitle(tr("Gradient of %1").arg(opText(*snapshot.program, node)),
                         gradientSubtitle(*snapshot.program, node));
        const QStringList names = gradientNames(op);
        m_form->setNames(names);
        std::vector<std::string> own;
        for (const QString& name : names)
            if (!name.endsWith(QLatin1Char('.')))
                own.push_back(name.toStdString());
        edit().setNames(std::move(own));
        text = QStringLiteral("dy");
        if (const GradientChoice* attached = attachedTo(snapshot, node)) {
            text = QString::fromStdString(attached->text);
            reason = QString::fromStdString(attached->reason);
            m_form->scope().setTarget(attached->target);
        }
        m_bench->askLook(node);
    } else {
        m_form->setTitle(tr("Select an op to give it a gradient"), {});
        m_form->setNames({});
        m_surrogates->setLook({});
        m_form->scope().setNoOp();
        plot().setFunctions({}, m_middle->left(), m_middle->right());
        plot().setSeen({});
    }
    m_cleanText = text;
    m_form->reason().setText(reason);
    edit().setPlainText(text);
    setEnabled(isThere());
    refresh();
}

void GradientEditor::follow()
{
    const NodeId chosen = m_selection.op().node;
    const Snapshot& snapshot = *m_bridge.snapshot();
    // Typing that is not attached yet is never thrown away by a click elsewhere.
    if (!snapshot.program || !snapshot.program->has(chosen) || edit().toPlainText() != m_cleanText)
        return;
    if (const NodeId primal = primalOf(*snapshot.program, chosen); primal != m_node)
        setNode(primal);
}

void GradientEditor::refresh()
{
    const GradientChoice* attached = isThere() ? attachedTo(*m_bridge.snapshot(), m_node) : nullptr;
    m_form->removeButton().setVisible(attached != nullptr);
    if (attached && QString::fromStdString(attached->text) == edit().toPlainText())
        m_cleanText = edit().toPlainText();
    textChanged();
}

GradientChoice GradientEditor::choice() const
{
    return {m_form->scope().target(*m_bridge.snapshot()->program, m_node),
            m_form->edit().toPlainText().toStdString(),
            m_form->reason().text().trimmed().toStdString(),
            {}};
}

void GradientEditor::textChanged()
{
    m_bench->forget();
    m_verdict.reset();
    m_isAsked = m_attachesWhenChecked = false;
    m_form->verdict().setUnchecked(
        tr("Ctrl+Return compares it with the derivative, on the values that the op saw."));
    m_form->revertButton().setEnabled(edit().toPlainText() != m_cleanText);
    if (!isThere())
        return;
    askText();
    m_rest.start();
}

void GradientEditor::askText()
{
    if (!isThere())
        return;
    m_bench->askText(choice(), m_node, m_middle->left(), m_middle->right());
}

void GradientEditor::showCurves(const GradientCurves& curves)
{
    if (!isThere())
        return;
    const Node& op = m_bridge.snapshot()->program->node(m_node);
    const QString name = QString::fromStdString(lowered(op.op.type));
    plot().setFunctions(
        {{tr("%1(x), forward").arg(name), QStringLiteral("%1(x)").arg(name), curves.forward,
          &Palette::forward},
         {curves.isFlat ? tr("true derivative, 0") : tr("true derivative"), tr("derivative"),
          curves.derivative, curves.isFlat ? &Palette::zero : &Palette::checked,
          curves.isFlat ? Curve::Line::Double : Curve::Line::Dashed},
         {tr("yours, dx / dy"), tr("yours"), curves.given, &Palette::backward, Curve::Line::Solid,
          true}},
        curves.left, curves.right);
}

void GradientEditor::takeError(const Error& error)
{
    m_isSound = error.code.empty();
    edit().setErrorColumn(m_isSound ? -1 : error.column);
    m_form->setStatus(m_isSound ? tr("no errors") : QString::fromStdString(error.message),
                      QString::fromStdString(error.hint), !m_isSound);
    m_form->attachButton().setEnabled(m_isSound);
    m_surrogates->setCurrentGradient(edit().toPlainText(), m_isSound);
    if (m_isSound)
        return;
    m_form->verdict().setUnchecked(m_form->status() + QStringLiteral("\n") +
                                   QString::fromStdString(error.hint));
    m_middle->effect().setWaiting(tr("waits for a sound expression"));
}

void GradientEditor::takeLook(const GradientSubject& look)
{
    if (look.node != m_node)
        return;
    m_middle->setSeen(look.seen);
    m_surrogates->setLook(look);
    m_surrogates->setCurrentGradient(edit().toPlainText(), m_isSound);
}

}
