#include "views/gradient/gradient_editor.h"

#include "engine/base/text.h"
#include "views/gradient/effect_list.h"
#include "views/gradient/expression_edit.h"
#include "views/gradient/gradcheck_dialog.h"
#include "views/gradient/gradient_plot.h"
#include "views/gradient/surrogate_list.h"
#include "views/models/gradient_bench.h"
#include "views/models/gradient_targets.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/labels.h"
#include "views/style/value_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace backstep {

namespace {

constexpr int kRestMs = 250;
constexpr int kLowPanel = 400, kLowestPanel = 140, kNarrowPanel = 1040;
constexpr int kListWidth = 312;

}

GradientEditor::GradientEditor(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_selection(selection),
      m_bench(new GradientBench(bridge, this)), m_form(new GradientForm(this)),
      m_middle(makeMiddle()), m_surrogates(new SurrogateList(this))
{
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    const auto upright = [this] {
        auto* line = new QFrame(this);
        line->setProperty("line", true);
        line->setFixedWidth(1);
        return line;
    };
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_form, 38);
    row->addWidget(upright());
    row->addWidget(m_middle, 38);
    row->addWidget(upright());
    row->addWidget(m_surrogates, 23);
    m_surrogates->setMinimumWidth(kListWidth);
    connectParts();
    setNode(kNoNode);
}

QWidget* GradientEditor::makeMiddle()
{
    auto* middle = new QWidget(this);
    auto* title = new QLabel(tr("Forward and gradient"), middle);
    title->setStyleSheet(QStringLiteral("font-size: 15px; font-weight: 600;"));
    m_range = new QComboBox(middle);
    m_range->setAccessibleName(tr("Range of x"));
    m_range->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_plot = new GradientPlot(middle);
    m_effect = new EffectList(middle);
    auto* head = new QHBoxLayout;
    head->addWidget(title);
    head->addStretch(1);
    head->addWidget(m_range);
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(16, 12, 16, 10);
    column->setSpacing(8);
    column->addLayout(head);
    column->addWidget(m_plot, 7);
    column->addWidget(ruleLine(middle));
    column->addWidget(m_effect, 2);
    return middle;
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
    connect(m_bench, &GradientBench::curvesReady, m_plot, &GradientPlot::setCurves);
    connect(m_bench, &GradientBench::verdictReady, this, &GradientEditor::takeVerdict);
    connect(m_bench, &GradientBench::effectReady, this, [this](const GradientEffect& effect) {
        const GradientChoice* attached = attachedTo(*m_bridge.snapshot(), m_node);
        m_effect->setEffect(effect, attached && attached->text == choice().text);
    });
    connect(&m_rest, &QTimer::timeout, this, [this] {
        if (m_isSound && isThere())
            m_bench->askEffect(choice());
    });
    connect(m_range, &QComboBox::currentIndexChanged, this, &GradientEditor::askText);
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
}

bool GradientEditor::isThere() const
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    return snapshot.program && snapshot.program->has(m_node);
}

void GradientEditor::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool isLow = height() < kLowPanel;
    m_form->setLow(isLow, height() < kLowestPanel);
    m_surrogates->setLow(isLow);
    m_middle->setVisible(!isLow || width() >= kNarrowPanel);
    m_effect->setVisible(!isLow);
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
    m_form->scope().setOp(snapshot, isThere() ? node : kNoNode);
    if (isThere()) {
        const Node& op = snapshot.program->node(node);
        m_form->setTitle(tr("Gradient of %1").arg(opText(*snapshot.program, node)),
                         gradientSubtitle(*snapshot.program, node));
        const QStringList names = gradientNames(op);
        m_form->setNames(names);
        std::vector<std::string> own;
        for (const QString& name : names)
            if (!name.endsWith(QLatin1Char('.')))
                own.push_back(name.toStdString());
        edit().setNames(std::move(own));
        m_plot->setFunction(QString::fromStdString(lowered(op.op.type)));
        text = QStringLiteral("dy");
        if (const GradientChoice* attached = attachedTo(snapshot, node)) {
            text = QString::fromStdString(attached->text);
            reason = QString::fromStdString(attached->reason);
            m_form->scope().setScope(attached->target.scope);
        }
        m_bench->askLook(node);
    } else {
        m_form->setTitle(tr("Select an op to give it a gradient"), {});
        m_form->setNames({});
        m_surrogates->setLook({});
        m_plot->setCurves({});
        m_plot->setSeen({});
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
    const GradientTarget target =
        targetOf(*m_bridge.snapshot()->program, m_node, m_form->scope().scope());
    return {target,
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
    const QPointF range = m_range->currentData().toPointF();
    const bool isChosen = range.x() < range.y();
    m_bench->askText(choice(), m_node, isChosen ? range.x() : -2, isChosen ? range.y() : 2);
}

void GradientEditor::takeError(const Error& error)
{
    m_isSound = error.code.empty();
    edit().setErrorColumn(m_isSound ? -1 : error.column);
    m_form->setStatus(m_isSound ? tr("no errors") : QString::fromStdString(error.message),
                      QString::fromStdString(error.hint), !m_isSound);
    m_form->attachButton().setEnabled(m_isSound);
    m_surrogates->setCurrent(edit().toPlainText(), m_isSound);
    if (m_isSound)
        return;
    m_form->verdict().setUnchecked(m_form->status() + QStringLiteral("\n") +
                                   QString::fromStdString(error.hint));
    m_effect->setWaiting(tr("waits for a sound expression"));
}

void GradientEditor::takeLook(const GradientSubject& look)
{
    if (look.node != m_node)
        return;
    setRangeFor(look.seen);
    m_plot->setSeen(look.seen);
    m_surrogates->setLook(look);
    m_surrogates->setCurrent(edit().toPlainText(), m_isSound);
}

/// Offers the values seen and some round ranges; begins with the smallest that holds them.
void GradientEditor::setRangeFor(const SeenInput& seen)
{
    const QPointF before = m_range->currentData().toPointF();
    const QSignalBlocker quiet(m_range);
    m_range->clear();
    int first = -1;
    for (const double bound : {1.0, 2.0, 5.0, 10.0}) {
        if (first < 0 && bound >= 2 && -bound <= seen.minimum && seen.maximum <= bound)
            first = m_range->count();
        m_range->addItem(tr("x from %1 to %2").arg(numberText(-bound), numberText(bound)),
                         QPointF(-bound, bound));
    }
    if (seen.minimum < seen.maximum) {
        const double air = 0.05 * (seen.maximum - seen.minimum);
        if (first < 0)
            first = m_range->count();
        m_range->addItem(tr("x as seen, %1").arg(rangeText(seen.minimum, seen.maximum)),
                         QPointF(seen.minimum - air, seen.maximum + air));
    }
    const int again = m_range->findData(before);
    m_range->setCurrentIndex(again >= 0 ? again : std::max(first, 0));
    if (m_range->currentData().toPointF() != before)
        askText();
}

}
