#include "views/diagnostics/compare_dialog.h"

#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/badge.h"
#include "views/style/labels.h"
#include "views/style/row_delegate.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

namespace backstep {

namespace {

constexpr int kFirstProfile = 2, kWorksColumn = 6, kColumns = 7;

QString asText(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

}

CompareDialog::CompareDialog(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QDialog(parent), m_bridge(bridge), m_selection(selection),
      m_hint(quietLabel(tr("Comparing…"), "second", this)),
      m_table(new QTableWidget(0, kColumns, this))
{
    setWindowTitle(tr("Compare frameworks"));
    resize(980, 420);
    auto* title = new QLabel(tr("What each framework makes of the findings"), this);
    title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    m_hint->setWordWrap(true);
    m_table->setHorizontalHeaderLabels({tr("Op"), tr("Finding"), tr("Backstep"), tr("TensorFlow"),
                                        tr("PyTorch"), tr("JAX"), tr("Works elsewhere")});
    m_table->setAccessibleName(tr("Findings and frameworks"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->verticalHeader()->hide();
    m_table->setItemDelegate(new RowDelegate(RowDelegate::Form::Table, 30, m_table));
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_table->setColumnWidth(0, 160);
    for (int column = kFirstProfile; column < kWorksColumn; ++column)
        m_table->setColumnWidth(column, 96);
    m_table->setColumnWidth(kWorksColumn, 220);
    m_table->setColumnHidden(kWorksColumn, true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    column->addWidget(title);
    column->addWidget(m_hint);
    column->addWidget(m_table, 1);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_table, &QTableWidget::cellActivated, this, &CompareDialog::goTo);
    const std::shared_ptr<const Snapshot> snapshot = bridge.snapshot();
    bridge.ask<std::vector<ComparedFinding>>(
        QStringLiteral("compare"), this,
        [snapshot](DebugSession&, std::stop_token) { return compareFindings(*snapshot); },
        [this, snapshot](const std::vector<ComparedFinding>& rows) { fill(*snapshot, rows); });
}

void CompareDialog::fill(const Snapshot& snapshot, const std::vector<ComparedFinding>& rows)
{
    m_rows = rows;
    m_hint->setText(rows.empty()
                        ? tr("Nobody finds anything: every weight gets its gradient in all four.")
                        : tr("One row a finding of anybody. \"as round\" in a tool tip: by analogy "
                             "with the nearest function, unless the file names the framework's own "
                             "op. Return shows the op."));
    bool worksSomewhere = false;
    for (const ComparedFinding& row : rows) {
        addRow(snapshot, row);
        worksSomewhere = worksSomewhere || !row.worksIn.empty();
    }
    m_table->setColumnHidden(kWorksColumn, !worksSomewhere);
    if (m_table->rowCount() > 0)
        m_table->setCurrentCell(0, 0);
    m_table->setFocus();
}

void CompareDialog::addRow(const Snapshot& snapshot, const ComparedFinding& row)
{
    const int at = m_table->rowCount();
    m_table->insertRow(at);
    const auto set = [&](int column, const QString& text, const QString& toolTip) {
        auto* item = new QTableWidgetItem(text);
        item->setToolTip(toolTip.isEmpty() ? text : toolTip);
        m_table->setItem(at, column, item);
        return item;
    };
    const bool isOp = row.node != kNoNode && snapshot.program->has(row.node);
    set(0, isOp ? opText(*snapshot.program, row.node) : tr("(the model)"),
        isOp ? layerText(*snapshot.program, row.node) : QString());
    set(1, QString::fromStdString(row.title), {});
    for (size_t i = 0; i < row.profiles.size(); ++i) {
        const ProfileSaying& saying = row.profiles[i];
        QString word = QString::fromStdString(saying.word);
        if (word.isEmpty())
            word = saying.kind ? tr("finding") : QStringLiteral("–");
        QString tip = QString::fromStdString(saying.sentence);
        if (saying.kind)
            tip = asText(saying.kind->title) + QStringLiteral("\n") + tip;
        auto* item = set(kFirstProfile + static_cast<int>(i), word, tip);
        if (saying.kind)
            item->setData(BadgeRole, QVariant::fromValue(badgeOfSeverity(saying.kind->severity)));
    }
    QStringList works;
    for (const std::string& text : row.worksIn)
        works << QString::fromStdString(text);
    set(kWorksColumn, works.join(QStringLiteral("; ")), {});
}

void CompareDialog::goTo(int row)
{
    const Snapshot& snapshot = *m_bridge.snapshot();
    OpAddress place{m_rows[static_cast<size_t>(row)].node, {}};
    if (place.node == kNoNode || !snapshot.program || !snapshot.program->has(place.node))
        return;
    const int depth = snapshot.program->depth(snapshot.program->node(place.node).region);
    for (int level = 0; level < depth; ++level)
        place.at = place.at.then(0);
    m_selection.selectOp(place);
    accept();
}

}
