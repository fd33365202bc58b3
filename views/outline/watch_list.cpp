#include "views/outline/watch_list.h"

#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/outline/watch_delegate.h"
#include "views/style/icons.h"
#include "views/style/labels.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace backstep {

namespace {
constexpr int kMostHeight = 172; ///< more rows scroll: the tree above needs its room
constexpr int kLowWindow = 800, kMostHeightWhenLow = 2 * WatchDelegate::kTallRowHeight;
}

WatchList::WatchList(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_selection(selection),
      m_model(new WatchModel(bridge, selection, this)),
      m_head(new SectionHead(tr("Watches"), this)), m_add(styled(new QToolButton(this), "flat")),
      m_rows(new QListView(this))
{
    m_add->setIcon(inkIcon(QStringLiteral("plus"), Ink::Second));
    m_add->setIconSize({12, 12});
    m_add->setToolTip(tr("Watch the gradient of what is selected (P in the graph)"));
    m_add->setAccessibleName(tr("Watch what is selected"));
    connect(m_add, &QToolButton::clicked, m_model, &WatchModel::watchSelected);
    m_rows->setModel(m_model);
    m_rows->setItemDelegate(new WatchDelegate(m_rows));
    m_rows->setAccessibleName(tr("Watched gradients"));
    m_rows->setToolTip(tr("Delete takes a row away"));
    m_rows->setMouseTracking(true);
    m_rows->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_rows->installEventFilter(this);
    connect(m_rows, &QListView::clicked, this, &WatchList::show);
    connect(m_rows, &QListView::activated, this, &WatchList::show);
    connect(m_model, &WatchModel::readingsChanged, this, &WatchList::fit);
    connect(m_model, &QAbstractItemModel::modelReset, this, &WatchList::fit);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &WatchList::fit);
    auto* headRow = new QHBoxLayout;
    headRow->setContentsMargins(12, 0, 6, 0);
    headRow->addWidget(m_head, 1);
    headRow->addWidget(m_add);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 6);
    column->setSpacing(2);
    column->addLayout(headRow);
    column->addWidget(m_rows);
    fit();
}

/// As high as its rows; the number's timestep stands in the head.
void WatchList::fit()
{
    int height = 0;
    for (int row = 0; row < m_model->rowCount(); ++row)
        height += m_model->hasBefore() &&
                          !m_model->index(row).data(WatchModel::BeforeRole).toList().isEmpty()
                      ? WatchDelegate::kTallRowHeight
                      : WatchDelegate::kRowHeight;
    const bool isLow = window()->height() < kLowWindow;
    m_rows->setFixedHeight(std::min(height, isLow ? kMostHeightWhenLow : kMostHeight));
    m_rows->setVisible(height > 0);
    m_rows->doItemsLayout();
}

void WatchList::show(const QModelIndex& index)
{
    const Graph* graph = m_bridge.snapshot()->program.get();
    const ValueId value =
        graph && index.isValid() ? watchedValue(*graph, m_model->watch(index.row())) : kNoValue;
    if (value == kNoValue)
        return;
    if (m_model->watch(index.row()).kind == Watch::Kind::Weight)
        m_selection.selectWeight(value);
    else if (const NodeId op = graph->value(value).producer; op != kNoNode)
        m_selection.selectOpHere(*graph, op);
}

bool WatchList::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_rows && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete) {
        m_model->remove(m_rows->currentIndex().row());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

}
