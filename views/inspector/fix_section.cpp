#include "views/inspector/fix_section.h"

#include "engine/base/date.h"
#include "engine/checks/checks.h"
#include "engine/ops/registry.h"
#include "engine/session/forward_looks.h"
#include "views/inspector/fix_option.h"
#include "views/inspector/sharpness_row.h"
#include "views/models/gradient_targets.h"
#include "views/models/op_text.h"
#include "views/models/session_bridge.h"
#include "views/style/fonts.h"
#include "views/style/icons.h"
#include "views/style/labels.h"
#include "views/style/value_text.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>

namespace backstep {

namespace {

QString kindText(const Fix& fix)
{
    const std::string_view words = wordsOf(fix.kind);
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

/// The order of kinds is that of the first fix of each.
std::vector<Fix> sortedByKind(const std::vector<Fix>& fixes)
{
    std::vector<Fix> sorted;
    for (const Fix& first : fixes)
        if (std::none_of(sorted.begin(), sorted.end(),
                         [&](const Fix& known) { return known.kind == first.kind; }))
            std::copy_if(fixes.begin(), fixes.end(), std::back_inserter(sorted),
                         [&](const Fix& fix) { return fix.kind == first.kind; });
    return sorted;
}

/// An op that is not known here, or that refuses its inputs.
bool computesNothing(const Graph& graph, NodeId id)
{
    const Node& node = graph.node(id);
    return !node.isScan() && (node.problem || !operators().find(node.op));
}

}

FixSection::FixSection(SessionBridge& bridge, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_head(new SectionHead(tr("Fix"), this)),
      m_attached(new QWidget(this)), m_attachedText(new ElidedLabel({}, m_attached)),
      m_code(styled(new QPushButton(tr("As code…"), m_attached), "small")),
      m_precedence(quietLabel({}, "second", this)), m_optionColumn(new QVBoxLayout),
      m_options(new QButtonGroup(this)), m_sharpness(new SharpnessRow(bridge, this)),
      m_hint(quietLabel(tr("No gradient flows into text: that is normal, the Embedding learns "
                           "instead."),
                        "second", this)),
      m_scope(new QComboBox(this)),
      m_apply(styled(
          new QPushButton(inkIcon(QStringLiteral("check"), Ink::OnAccent), tr("Apply"), this),
          "primary"))
{
    m_attachedText->setFont(monoFont(12));
    m_attachedText->setAccessibleName(tr("Attached gradient"));
    m_precedence->setTextFormat(Qt::RichText);
    m_precedence->setWordWrap(true);
    m_precedence->setAccessibleName(tr("Which gradient is in force"));
    m_code->setToolTip(tr("Take the fix home as a Keras layer, a PyTorch function or JAX"));
    connect(m_code, &QPushButton::clicked, this, &FixSection::codeWanted);
    auto* removeButton = styled(new QPushButton(tr("Remove"), m_attached), "small");
    removeButton->setToolTip(tr("Take the attached gradient away again"));
    connect(removeButton, &QPushButton::clicked, this, &FixSection::remove);
    auto* attachedRow = new QHBoxLayout(m_attached);
    attachedRow->setContentsMargins(0, 0, 0, 0);
    attachedRow->addWidget(m_attachedText, 1);
    attachedRow->addWidget(m_code);
    attachedRow->addWidget(removeButton);

    m_hint->setWordWrap(true);
    m_scope->setAccessibleName(tr("Which ops get the gradient"));
    m_scope->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_scope->setMinimumContentsLength(8);
    m_apply->setToolTip(tr("Attach the chosen gradient"));
    connect(m_apply, &QPushButton::clicked, this, &FixSection::apply);

    auto* actionRow = new QHBoxLayout;
    actionRow->setSpacing(8);
    actionRow->addWidget(m_scope, 1);
    actionRow->addWidget(m_apply);
    m_optionColumn->setSpacing(0);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 8, 16, 10);
    column->setSpacing(6);
    column->addWidget(m_head);
    column->addWidget(m_attached);
    column->addWidget(m_precedence);
    column->addLayout(m_optionColumn);
    column->addWidget(m_sharpness);
    column->addWidget(m_hint);
    column->addLayout(actionRow);
}

void FixSection::setOp(NodeId node)
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    const NodeId before = m_node;
    m_node = node;
    setVisible(node != kNoNode && snapshot.program && snapshot.program->has(node));
    if (isHidden())
        return;
    const Graph& graph = *snapshot.program;
    m_node = primalOf(graph, node);

    const GradientChoice* attached = attachedTo(snapshot, m_node);
    const ForwardChoice* given = forwardGivenTo(*snapshot.document, graph.node(m_node));
    m_givenFor = given && !attached ? given->op : std::string();
    m_attached->setVisible(attached || given);
    m_code->setVisible(attached); // a forward in the op's place has no form as code
    if (given && !attached)
        m_attachedText->setText(QStringLiteral("y = ") + QString::fromStdString(given->text));
    m_precedence->setText(precedenceText(snapshot, m_node));
    m_precedence->setVisible(attached != nullptr);
    if (attached)
        m_attachedText->setText(QStringLiteral("dx = ") + QString::fromStdString(attached->text));
    if (const int64_t steps = timestepsOf(graph, m_node); steps > 0)
        m_head->setRemark(plural(steps, tr("1 place"), tr("%1 places")));
    else
        m_head->setRemark({});

    const int scopeBefore = m_scope->currentData().toInt();
    m_scope->clear();
    for (auto scope :
         {GradientTarget::Scope::Node, GradientTarget::Scope::Layer, GradientTarget::Scope::OpType})
        if (scope != GradientTarget::Scope::Layer || hasLayer(graph, m_node))
            addScope(scopeText(graph, m_node, scope), scope);
    m_scope->setCurrentIndex(std::max(0, m_scope->findData(scopeBefore)));

    std::vector<Fix> fixes;
    const Finding* finding = findingOf(snapshot, m_node);
    if (finding)
        for (const Fix& fix : finding->fixes)
            if (fix.canBeApplied() || !fix.refusal.empty())
                fixes.push_back(fix);
    const bool isInQuestion = finding || attached || given;
    if (fixes.empty() && isInQuestion && !given && graph.node(m_node).inputs.size() == 1)
        fixes = surrogateFixes(graph.node(m_node));
    m_head->setTitle(isInQuestion ? tr("Fix") : tr("Gradient"));
    rebuildOptions(fixes, m_node == before);
}

/// The words as far as the box has room for them; whole ones in the tool tip.
void FixSection::addScope(const QString& words, GradientTarget::Scope scope)
{
    const QFontMetrics metrics(m_scope->font());
    const int room = width() - m_apply->sizeHint().width() - 90; // margins, arrow, padding
    m_scope->addItem(metrics.elidedText(words, Qt::ElideRight, std::max(80, room)),
                     static_cast<int>(scope));
    m_scope->setItemData(m_scope->count() - 1, words, Qt::ToolTipRole);
}

void FixSection::rebuildOptions(const std::vector<Fix>& fixes, bool keepsChoice)
{
    const int checkedBefore = keepsChoice ? m_options->checkedId() : -1;
    for (QAbstractButton* option : m_options->buttons())
        delete option;
    qDeleteAll(m_groups);
    m_groups.clear();
    m_fixes.clear();
    m_forwardOption = -1;
    const auto add = [&](const Fix& fix, const QString& title, const QString& remark) {
        auto* option = new FixOption(
            title, fix.expression.empty() ? remark : readingText(fix.expression), remark,
            fix.insertion ? FixOption::Remark::Below : FixOption::Remark::Beside, this);
        option->setEnabled(fix.refusal.empty());
        if (fix.canBeApplied())
            option->setToolTip(QStringLiteral("%1\n%2").arg(kindText(fix), remark));
        m_options->addButton(option, static_cast<int>(m_fixes.size()));
        m_optionColumn->addWidget(option);
        m_fixes.push_back(fix);
        return option;
    };
    bool areGradients = true;
    std::optional<FixKind> group;
    for (const Fix& fix : sortedByKind(fixes)) {
        areGradients = areGradients && !fix.insertion;
        if (group != fix.kind)
            addGroup(kindText(fix));
        group = fix.kind;
        const auto [title, types] = titleParts(QString::fromStdString(fix.title));
        add(fix, title,
            !fix.refusal.empty() ? QString::fromStdString(fix.refusal)
            : fix.insertion      ? types
            : fix.forward        ? QString()
                                 : QString::fromStdString(fix.expression));
    }
    m_scope->setVisible(areGradients);
    if (areGradients) {
        add({}, tr("Write my own…"), QStringLiteral("Ctrl+G"));
        if (computesNothing(*m_bridge.snapshot()->program, m_node)) {
            m_forwardOption = static_cast<int>(m_fixes.size());
            add({}, tr("Say what it computes…"), QStringLiteral("Ctrl+Shift+G"));
        }
    }
    FixOption* nothing = add({}, tr("Leave as it is"), {});
    QAbstractButton* again = m_options->button(checkedBefore);
    (again ? again : static_cast<QAbstractButton*>(nothing))->setChecked(true);
    for (QAbstractButton* option : m_options->buttons())
        connect(option, &QAbstractButton::toggled, this, [this](bool isChosen) {
            if (isChosen)
                updateChoice();
        });
    updateChoice();
}

/// The kind of the options below it.
void FixSection::addGroup(const QString& kind)
{
    constexpr int kHeadHeight = 15; // the values above keep their room
    auto* head = quietLabel(kind, "second", this);
    head->setStyleSheet(QStringLiteral("font-size: 11px;"));
    head->setFixedHeight(kHeadHeight);
    m_optionColumn->addWidget(head);
    m_groups << head;
}

void FixSection::updateChoice()
{
    const int id = m_options->checkedId();
    const bool isFix = id >= 0 && id + 1 < static_cast<int>(m_fixes.size());
    const Fix& fix = isFix ? m_fixes[static_cast<size_t>(id)] : Fix();
    m_apply->setEnabled(isFix);
    m_sharpness->setFix(m_node, fix);
    m_hint->setVisible(fix.insertion && (fix.insertion->kind == Insertion::Kind::Characters ||
                                         fix.insertion->kind == Insertion::Kind::Words));
    m_scope->setEnabled(!fix.forward);
}

void FixSection::focusChoice()
{
    if (QAbstractButton* chosen = m_options->checkedButton(); chosen && !isHidden())
        chosen->setFocus(Qt::ShortcutFocusReason);
}

void FixSection::keyPressEvent(QKeyEvent* event)
{
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const bool isOnChoice = m_options->buttons().contains(focusWidget());
    if (isReturn && isOnChoice && m_apply->isEnabled())
        apply();
    else
        QWidget::keyPressEvent(event);
}

void FixSection::apply()
{
    const int id = m_options->checkedId();
    if (id < 0 || m_node == kNoNode)
        return;
    const Fix& fix = m_fixes[static_cast<size_t>(id)];
    if (fix.insertion || fix.forward) {
        m_bridge.applyFix(m_node, fix.forward ? m_sharpness->fix() : fix);
        return;
    }
    if (fix.expression.empty()) {
        if (id == m_forwardOption)
            emit forwardWanted();
        else
            emit editorWanted();
        return;
    }
    const auto scope = static_cast<GradientTarget::Scope>(m_scope->currentData().toInt());
    // To choose a surrogate by its name is the answer to whether it may differ.
    const std::string reason = m_options->checkedButton()->text().toStdString();
    m_bridge.attach(
        {targetOf(*m_bridge.snapshot()->program, m_node, scope), fix.expression, reason, today()});
}

void FixSection::remove()
{
    if (const GradientChoice* attached = attachedTo(*m_bridge.snapshot(), m_node))
        m_bridge.removeGradient(attached->target);
    else if (!m_givenFor.empty())
        m_bridge.removeForward(m_givenFor);
}

}
