#include "views/gradient/forward_editor.h"

#include "engine/base/text.h"
#include "engine/checks/soft_fixes.h"
#include "engine/session/gradient_choices.h"
#include "views/gradient/effect_list.h"
#include "views/gradient/expression_edit.h"
#include "views/gradient/forward_list.h"
#include "views/gradient/function_plot.h"
#include "views/gradient/plot_column.h"
#include "views/models/gradient_targets.h"
#include "views/models/op_text.h"
#include "views/models/session_bridge.h"
#include "views/style/palette.h"

#include <QPushButton>

#include <algorithm>
#include <utility>

namespace backstep {

namespace {

constexpr int kRestMs = 250;

/// What a forward may speak of: the inputs as chips show them, and under their ports' names too.
std::vector<std::string> namesFor(const ForwardSubject& subject, const QStringList& chips)
{
    std::vector<std::string> names;
    for (const QString& chip : chips)
        names.push_back(chip.toStdString());
    for (const std::string& name : inputNames(subject.op()))
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    return names;
}

}

ForwardEditor::ForwardEditor(SessionBridge& bridge, QWidget* parent)
    : ForwardEditor(bridge, new ForwardForm, new PlotColumn(tr("The op and in its place")),
                    new ForwardList, parent)
{}

ForwardEditor::ForwardEditor(SessionBridge& bridge, ForwardForm* form, PlotColumn* middle,
                             ForwardList* list, QWidget* parent)
    : EditorColumns(form, middle, list, parent), m_bridge(bridge),
      m_bench(new ForwardBench(bridge, this)), m_form(form), m_middle(middle), m_list(list)
{
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    m_middle->effect().setTitle(tr("With this forward"));
    connectParts();
    setNode(kNoNode);
}

FunctionPlot& ForwardEditor::plot()
{
    return m_middle->plot();
}

void ForwardEditor::connectParts()
{
    connect(m_bench, &ForwardBench::lookReady, this,
            [this](NodeId node, const auto& subject, const Error& why) {
                if (node == m_node)
                    takeLook(subject, why);
            });
    connect(m_bench, &ForwardBench::textChecked, this, &ForwardEditor::takeTyped);
    connect(m_bench, &ForwardBench::effectReady, this, &ForwardEditor::takeEffect);
    connect(&m_rest, &QTimer::timeout, this, [this] {
        if (m_isSound && m_subject)
            m_bench->askEffect(choice());
    });
    connect(m_middle, &PlotColumn::rangeChanged, this, &ForwardEditor::askText);
    connect(m_form, &ForwardForm::checkWanted, this, [this] {
        if (m_isSound)
            m_form->attachButton().setFocus();
    });
    connect(m_form, &ForwardForm::attachWanted, this, &ForwardEditor::apply);
    connect(m_form, &ForwardForm::removeWanted, this, &ForwardEditor::remove);
    connect(m_form, &ForwardForm::revertWanted, this, [this] {
        edit().replaceText(m_cleanText);
        edit().setFocus();
    });
    connect(&m_form->scope(), &ScopeSection::changed, this, &ForwardEditor::textChanged);
    connect(&edit(), &ExpressionEdit::textChanged, this, &ForwardEditor::textChanged);
    connect(m_list, &LibraryList::chosen, this, [this](const QString& text) {
        edit().replaceText(text);
        edit().setFocus();
    });
    connect(m_list, &LibraryList::sharpened, &edit(), &ExpressionEdit::replaceText);
}

bool ForwardEditor::isTyped() const
{
    return m_subject && m_form->edit().toPlainText() != m_cleanText;
}

void ForwardEditor::setNode(NodeId node)
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    m_node = snapshot.program && snapshot.program->has(node) ? node : kNoNode;
    m_subject.reset();
    m_bench->forget();
    m_form->setTitle(m_node == kNoNode ? tr("Select an op to give it a forward")
                                       : tr("Forward of %1").arg(opText(*snapshot.program, m_node)),
                     {});
    m_form->setNames({});
    m_form->setStatus({});
    m_form->setNoDistance({});
    m_form->scope().setNoOp();
    m_form->removeButton().hide();
    m_form->attachButton().setEnabled(false);
    m_list->setLook(nullptr);
    plot().setFunctions({}, m_middle->left(), m_middle->right());
    plot().setAbsence({});
    edit().setEnabled(false);
    if (m_node != kNoNode)
        m_bench->askLook(m_node);
}

void ForwardEditor::editNode(NodeId node)
{
    setNode(node);
    m_takesKeys = true;
}

void ForwardEditor::takeLook(std::shared_ptr<const ForwardSubject> subject, const Error& why)
{
    m_subject = std::move(subject);
    edit().setEnabled(m_subject != nullptr);
    if (!m_subject) {
        m_form->setStatus(QString::fromStdString(why.message), QString::fromStdString(why.hint),
                          true);
        m_form->setNoDistance(QString::fromStdString(why.text()));
        return;
    }
    const Graph& graph = *m_subject->graph;
    const Node& op = m_subject->op();
    m_form->setTitle(tr("Forward of %1").arg(QString::fromStdString(op.op.type)),
                     gradientSubtitle(graph, m_subject->node));
    const QStringList inputs = shownInputNames(op);
    m_form->setNames(inputs + shownModules());
    edit().setNames(namesFor(*m_subject, inputs));
    m_form->scope().setOp(graph, m_subject->node,
                          {GradientTarget::Scope::Node, GradientTarget::Scope::OpType});
    const bool isOfType = m_subject->given && m_subject->given->op == op.op.type;
    m_form->scope().setScope(isOfType ? GradientTarget::Scope::OpType
                                      : GradientTarget::Scope::Node);
    m_form->removeButton().setVisible(m_subject->given.has_value());
    plot().setAbsence(m_subject->hasOwn
                          ? tr("This op is no function of one number: there is no curve to draw.")
                          : tr("A curve is drawn for what works element by element on one input."));
    m_cleanText = m_subject->given ? QString::fromStdString(m_subject->given->text)
                  : m_subject->hasOwn && !m_subject->library.empty()
                      ? QString::fromStdString(m_subject->library.front().text)
                      : QStringLiteral("x");
    m_middle->setSeen(m_subject->seen);
    edit().setPlainText(m_cleanText);
    edit().forgetTyping();
    m_list->setLook(m_subject);
    m_list->setCurrent(m_cleanText);
    if (std::exchange(m_takesKeys, false)) {
        edit().setFocus();
        edit().selectAll();
    }
    textChanged();
}

ForwardChoice ForwardEditor::choice() const
{
    const QString text = m_form->edit().toPlainText();
    ForwardChoice made = m_list->choiceOf(text).value_or(
        typedForward(*m_subject->graph, m_subject->op(), text.toStdString()));
    made.op = m_form->scope().scope() == GradientTarget::Scope::OpType
                  ? m_subject->op().op.type
                  : m_subject->op().origin.name;
    return made;
}

void ForwardEditor::textChanged()
{
    m_bench->forget();
    m_form->revertButton().setEnabled(isTyped());
    if (!m_subject)
        return;
    askText();
    m_rest.start();
}

void ForwardEditor::askText()
{
    if (m_subject)
        m_bench->askText(m_subject, edit().toPlainText(), m_middle->left(), m_middle->right());
}

void ForwardEditor::takeTyped(const TypedForward& typed)
{
    const Error& error = typed.error;
    m_isSound = error.code.empty();
    edit().setErrorColumn(m_isSound ? -1 : error.column);
    m_form->setStatus(m_isSound ? tr("no errors") : QString::fromStdString(error.message),
                      QString::fromStdString(error.hint), !m_isSound);
    m_form->attachButton().setEnabled(m_isSound);
    m_list->setCurrent(edit().toPlainText());
    showCurves(typed.curves);
    if (!m_isSound) {
        m_form->setNoDistance(QString::fromStdString(error.text()));
        m_middle->effect().setWaiting(tr("waits for a sound expression"));
    } else if (typed.distance) {
        m_form->setDistance(*typed.distance);
    } else {
        m_form->setNoDistance(QString::fromStdString(typed.distance.error().text()));
    }
}

void ForwardEditor::showCurves(const ForwardCurves& curves)
{
    const QString op = QString::fromStdString(lowered(m_subject->op().op.type));
    plot().setFunctions({{tr("%1(x), the op").arg(op), QStringLiteral("%1(x)").arg(op), curves.own,
                          &Palette::second, Curve::Line::Dashed},
                         {tr("in its place"), tr("in its place"), curves.given, &Palette::forward}},
                        curves.left, curves.right);
}

void ForwardEditor::takeEffect(const GradientEffect& effect)
{
    m_middle->effect().setEffect(effect, m_subject->given == choice());
    if (!effect.error)
        return;
    // The file knows more than the types that each key is checked against.
    m_isSound = false;
    m_form->attachButton().setEnabled(false);
    m_form->setStatus(QString::fromStdString(effect.error->message),
                      QString::fromStdString(effect.error->hint), true);
}

void ForwardEditor::apply()
{
    if (!m_subject || !m_isSound)
        return;
    m_cleanText = edit().toPlainText();
    edit().forgetTyping();
    m_bridge.setForward(choice());
    emit done();
}

void ForwardEditor::remove()
{
    if (m_subject && m_subject->given)
        m_bridge.removeForward(m_subject->given->op);
}

}
