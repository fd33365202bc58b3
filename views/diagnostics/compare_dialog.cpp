#include "views/diagnostics/compare_dialog.h"

#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/labels.h"
#include "views/style/row_delegate.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

namespace backstep {

CompareDialog::CompareDialog(const SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QDialog(parent), m_table(new QTableWidget(this))
{
    setWindowTitle(tr("Compare frameworks"));
    resize(820, 420);
    auto* title = new QLabel(tr("What each framework makes of these ops"), this);
    title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    auto* hint = quietLabel(
        tr("Ops that everybody has a gradient for are left out. \"as round\": by analogy with the "
           "nearest function, unless the file names the framework's own op."),
        "second", this);
    hint->setWordWrap(true);
    m_table->setAccessibleName(tr("Ops and frameworks"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->verticalHeader()->hide();
    m_table->setItemDelegate(new RowDelegate(RowDelegate::Form::Table, 30, m_table));
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    fill(bridge);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    column->addWidget(title);
    column->addWidget(hint);
    column->addWidget(m_table, 1);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_table, &QTableWidget::cellActivated, this, [this, &bridge, &selection](int row) {
        const Graph& graph = *bridge.snapshot()->program;
        OpAddress place{m_rows[static_cast<size_t>(row)].node, {}};
        const int depth = graph.has(place.node) ? graph.depth(graph.node(place.node).region) : 0;
        for (int level = 0; level < depth; ++level)
            place.at = place.at.then(0);
        selection.selectOp(place);
        accept();
    });
}

void CompareDialog::fill(const SessionBridge& bridge)
{
    const Snapshot& snapshot = *bridge.snapshot();
    if (snapshot.frameworks && snapshot.document)
        m_rows = compareProfiles(*snapshot.document->graph, *snapshot.report, *snapshot.frameworks,
                                 snapshot.document->profile.isEager);
    m_table->setColumnCount(6);
    m_table->setHorizontalHeaderLabels(
        {tr("Op"), tr("Layer"), tr("Backstep"), tr("TensorFlow"), tr("PyTorch"), tr("JAX")});
    m_table->setRowCount(static_cast<int>(m_rows.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const ComparedOp& op = m_rows[static_cast<size_t>(row)];
        const auto set = [&](int column, const QString& text, const QString& toolTip) {
            auto* item = new QTableWidgetItem(text);
            item->setToolTip(toolTip);
            m_table->setItem(row, column, item);
        };
        set(0, opText(*snapshot.program, op.node), {});
        set(1, layerText(*snapshot.program, op.node), {});
        for (size_t i = 0; i < op.words.size(); ++i)
            set(2 + static_cast<int>(i), QString::fromStdString(op.words[i]),
                QString::fromStdString(op.whys[i]));
    }
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    for (int column = 1; column < 6; ++column)
        m_table->setColumnWidth(column, column == 1 ? 160 : 96);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

}
