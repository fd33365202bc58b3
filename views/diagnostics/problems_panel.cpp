#include "views/diagnostics/problems_panel.h"

#include "views/models/op_text.h"
#include "views/models/run_findings_watch.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/labels.h"
#include "views/style/row_delegate.h"

#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace backstep {

namespace {
constexpr int kNarrow = 1060;
constexpr int kRowHeight = 28;
}

ProblemsPanel::ProblemsPanel(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_selection(selection), m_model(new FindingsModel(this)),
      m_run(new RunFindingsWatch(bridge, this)), m_pages(new QStackedWidget(this)),
      m_table(new QTableView(this)), m_emptyText(new QLabel(this))
{
    auto* empty = new QWidget(this);
    auto* emptyColumn = new QVBoxLayout(empty);
    emptyColumn->addStretch();
    emptyColumn->addWidget(new IconLabel(QStringLiteral("check"), 22, empty), 0, Qt::AlignHCenter);
    emptyColumn->addWidget(m_emptyText, 0, Qt::AlignHCenter);
    emptyColumn->addStretch();
    m_pages->addWidget(empty);
    m_pages->addWidget(m_table);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_pages);
    makeTable();
    connect(&bridge, &SessionBridge::documentChanged, this, &ProblemsPanel::refresh);
    connect(m_run, &RunFindingsWatch::changed, this, &ProblemsPanel::refresh);
    connect(&selection, &Selection::changed, this, &ProblemsPanel::follow);
    refresh();
}

void ProblemsPanel::makeTable()
{
    auto* delegate = new RowDelegate(RowDelegate::Form::Table, kRowHeight, m_table);
    m_table->setModel(m_model);
    m_table->setItemDelegate(delegate);
    m_table->setAccessibleName(tr("Problems"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setMouseTracking(true);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->horizontalHeader()->setFixedHeight(24);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setMinimumSectionSize(40);
    m_table->horizontalHeader()->setSectionResizeMode(FindingsModel::MessageColumn,
                                                      QHeaderView::Stretch);
    connect(delegate, &RowDelegate::buttonClicked, this, [this](const QModelIndex& index) {
        choose(index.row());
        emit fixWanted(m_model->finding(index.row()).node,
                       index.data(FindingsModel::FixExpressionRole).toString());
    });
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        choose(index.row());
        emit findingOpened();
    });
    connect(m_table, &QTableView::clicked, this,
            [this](const QModelIndex& index) { choose(index.row()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (!m_isFollowing && index.isValid())
                    choose(index.row());
            });
}

void ProblemsPanel::refresh()
{
    const QScopedValueRollback guard(m_isFollowing, true);
    m_model->setSnapshot(m_bridge.snapshot(), m_run->findings());
    const bool isEmpty = m_model->rowCount() == 0;
    m_pages->setCurrentIndex(isEmpty ? 0 : 1);
    m_emptyText->setText(m_bridge.hasDocument()
                             ? tr("No problems. Every op passes its gradient on.")
                             : tr("Open a model to look for problems"));
    emit countChanged(m_model->problemCount());
    follow();
}

void ProblemsPanel::follow()
{
    const QScopedValueRollback guard(m_isFollowing, true);
    const int row = m_model->rowOf(m_selection.op().node);
    if (row >= 0)
        m_table->selectRow(row);
    else
        m_table->clearSelection();
}

OpAddress ProblemsPanel::placeToShow(int row) const
{
    const OpAddress first =
        m_model->index(row, 0).data(FindingsModel::AddressRole).value<OpAddress>();
    const Snapshot& snapshot = *m_bridge.snapshot();
    // Where the pass stands at this very op, its timestep is the one to look at.
    if (snapshot.plan && m_bridge.pass().cursor < snapshot.plan->size()) {
        const OpAddress current = snapshot.plan->addressAt(m_bridge.pass().cursor);
        if (primalOf(*snapshot.program, current.node) == first.node)
            return {first.node, current.at};
    }
    if (m_selection.op().node != kNoNode &&
        primalOf(*snapshot.program, m_selection.op().node) == first.node)
        return m_selection.op();
    return first;
}

void ProblemsPanel::choose(int row)
{
    const QScopedValueRollback guard(m_isFollowing, true);
    const OpAddress place = placeToShow(row);
    if (place.node != kNoNode)
        m_selection.selectOp(place);
}

void ProblemsPanel::go(int step)
{
    const int rows = m_model->rowCount();
    if (rows == 0)
        return;
    const QModelIndexList chosen = m_table->selectionModel()->selectedRows();
    const int before = chosen.isEmpty() ? (step > 0 ? -1 : rows) : chosen.first().row();
    const int row = (before + step + rows) % rows;
    {
        const QScopedValueRollback guard(m_isFollowing, true);
        m_table->setCurrentIndex(m_model->index(row, 0));
    }
    choose(row);
    if (m_table->isVisible()) // Return opens it from here
        m_table->setFocus();
}

void ProblemsPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool isNarrow = width() < kNarrow;
    m_table->setColumnHidden(FindingsModel::ReachColumn, width() < kNarrow - 160);
    m_table->setColumnWidth(FindingsModel::OperatorColumn, isNarrow ? 130 : 170);
    m_table->setColumnWidth(FindingsModel::LayerColumn, isNarrow ? 110 : 170);
    m_table->setColumnWidth(FindingsModel::TimestepColumn, isNarrow ? 108 : 130);
    m_table->setColumnWidth(FindingsModel::ReachColumn, 100);
    m_table->setColumnHidden(FindingsModel::KindColumn, isNarrow);
    m_table->setColumnWidth(FindingsModel::KindColumn, 240);
    m_table->setColumnWidth(FindingsModel::FixColumn, 84);
}

}
