#include "views/training/try_fixes_dialog.h"

#include "views/models/op_text.h"
#include "views/models/session_bridge.h"
#include "views/style/labels.h"
#include "views/style/row_delegate.h"
#include "views/style/value_text.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace backstep {

namespace {

constexpr int64_t kSteps = 50;

QString text(std::string_view words)
{
    return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

QString forwardText(const FixTrial& trial)
{
    if (trial.forwardError && trial.forwardError->largest > 0)
        return TryFixesDialog::tr("off by %1").arg(numberText(trial.forwardError->largest));
    return trial.fix.kind == FixKind::InsertPreprocessing ? TryFixesDialog::tr("ops before it")
                                                          : TryFixesDialog::tr("unchanged");
}

bool canBeTried(const Finding& finding)
{
    return std::any_of(finding.fixes.begin(), finding.fixes.end(),
                       [](const Fix& fix) { return fix.canBeTried(); });
}

}

const Finding* findingToTry(const Snapshot& snapshot, NodeId node)
{
    const Finding* first = nullptr;
    for (const Finding& finding : *snapshot.findings) {
        if (!canBeTried(finding))
            continue;
        if (finding.node == node)
            return &finding;
        first = first ? first : &finding;
    }
    return first;
}

TryFixesDialog::TryFixesDialog(SessionBridge& bridge, const Finding& finding, QWidget* parent)
    : QDialog(parent), m_bridge(bridge), m_node(finding.node),
      m_words(quietLabel(tr("Training with each fix, %1 steps from the same start…").arg(kSteps),
                         "second", this)),
      m_table(new QTableWidget(0, 6, this)),
      m_apply(styled(new QPushButton(tr("Apply"), this), "primary")),
      m_stop(new QPushButton(tr("Stop"), this))
{
    setWindowTitle(tr("Try all fixes"));
    resize(900, 420);
    auto* title =
        new QLabel(tr("Fixes of %1").arg(opText(*bridge.snapshot()->program, m_node)), this);
    title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    m_words->setWordWrap(true);
    m_table->setAccessibleName(tr("Fixes with their losses"));
    m_table->setHorizontalHeaderLabels({tr("Fix"), tr("Kind"), tr("Loss before"),
                                        tr("After %1 steps").arg(kSteps), tr("Weights moved"),
                                        tr("Forward")});
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(30);
    m_table->setItemDelegate(new RowDelegate(RowDelegate::Form::Table, 30, m_table));
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int column = 1; column < 6; ++column)
        m_table->setColumnWidth(column, column == 1 ? 160 : 116);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(m_stop, QDialogButtonBox::ActionRole);
    buttons->addButton(m_apply, QDialogButtonBox::AcceptRole);
    m_apply->setDefault(true);
    m_apply->setToolTip(tr("Apply the chosen fix; undo takes it back (Enter)"));
    m_stop->setToolTip(tr("Stop; the rows that are there stay"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    column->addWidget(title);
    column->addWidget(m_words);
    column->addWidget(m_table, 1);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_apply, &QPushButton::clicked, this, &TryFixesDialog::applyChosen);
    connect(m_stop, &QPushButton::clicked, &m_bridge, &SessionBridge::cancel);
    connect(m_table, &QTableWidget::currentCellChanged, this, &TryFixesDialog::updateApply);
    connect(m_table, &QTableWidget::cellActivated, this, &TryFixesDialog::applyChosen);
    updateApply();
    ask(finding);
}

TryFixesDialog::~TryFixesDialog()
{
    if (!m_isDone)
        m_bridge.cancel();
}

void TryFixesDialog::ask(const Finding& finding)
{
    const QPointer<QObject> self(this);
    m_bridge.ask<FixTrials>(
        QStringLiteral("fix trials"), this,
        [&bridge = m_bridge, this, self, finding](DebugSession& session, std::stop_token stop) {
            return tryFixes(session, finding, {Optimizer::Adam, 0.01, kSteps}, stop,
                            [&](const FixTrial& trial) {
                                bridge.deliver(self, [this, trial] { addRow(trial); });
                            });
        },
        [this](const FixTrials& trials) { finish(trials); });
}

void TryFixesDialog::addRow(const FixTrial& trial)
{
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    m_rows.push_back(trial);
    setRow(row, trial);
}

void TryFixesDialog::setRow(int row, const FixTrial& trial)
{
    const bool isAsItIs = !trial.fix.canBeApplied();
    const auto loss = [](const std::optional<double>& value) {
        return value ? numberText(*value) : QStringLiteral("–");
    };
    const QString title = QString::fromStdString(trial.fix.title);
    const QStringList cells{trial.isBest ? tr("★ %1 (best)").arg(title) : title,
                            isAsItIs ? QString() : text(wordsOf(trial.fix.kind)),
                            loss(trial.before),
                            loss(trial.after),
                            tr("%1 of %2").arg(trial.moved).arg(trial.weightCount),
                            forwardText(trial)};
    for (int column = 0; column < cells.size(); ++column) {
        auto* item = new QTableWidgetItem(cells[column]);
        item->setToolTip(trial.problem.empty() ? cells[column]
                                               : QString::fromStdString(trial.problem));
        m_table->setItem(row, column, item);
    }
}

void TryFixesDialog::finish(const FixTrials& trials)
{
    m_isDone = true;
    m_stop->setEnabled(false);
    m_rows = trials.rows;
    m_table->setRowCount(static_cast<int>(m_rows.size()));
    int chosen = 0;
    for (size_t row = 0; row < m_rows.size(); ++row) {
        setRow(static_cast<int>(row), m_rows[row]);
        if (m_rows[row].isBest)
            chosen = static_cast<int>(row);
    }
    m_words->setText(
        trials.isCancelled ? tr("Stopped. What is there was trained %1 steps.").arg(kSteps)
        : trials.best()
            ? tr("By the loss after %1 steps. Enter applies the chosen one.").arg(kSteps)
            : tr("No fix beats the model as it is in %1 steps.").arg(kSteps));
    m_table->setCurrentCell(chosen, 0);
    m_table->setFocus();
    updateApply();
}

void TryFixesDialog::updateApply()
{
    const int row = m_table->currentRow();
    m_apply->setEnabled(m_isDone && row >= 0 && row < static_cast<int>(m_rows.size()) &&
                        m_rows[static_cast<size_t>(row)].fix.canBeApplied());
}

void TryFixesDialog::applyChosen()
{
    if (!m_apply->isEnabled())
        return;
    m_bridge.applyFix(m_node, m_rows[static_cast<size_t>(m_table->currentRow())].fix);
    accept();
}

}
