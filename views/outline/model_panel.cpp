#include "views/outline/model_panel.h"

#include "views/models/graph_tree_model.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/models/weights_model.h"
#include "views/outline/watch_list.h"
#include "views/outline/weights_bar.h"
#include "views/style/icons.h"
#include "views/style/labels.h"
#include "views/style/row_delegate.h"

#include <QPainter>
#include <QScopedValueRollback>
#include <QTreeView>
#include <QVBoxLayout>

namespace backstep {

namespace {

/// A tree whose branches are our own chevrons, and whose selection reaches over the indentation.
class OutlineTree : public QTreeView
{
public:
    using QTreeView::QTreeView;

protected:
    void drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override
    {
        if (model()->rowCount(index) == 0)
            return;
        const QRect place(rect.right() - 13, rect.center().y() - 5, 12, 12);
        inkIcon(QString::fromLatin1(isExpanded(index) ? "chevron_down" : "chevron"), Ink::Second)
            .paint(painter, place);
    }
};

}

ModelPanel::ModelPanel(SessionBridge& bridge, Selection& selection, QWidget* parent)
    : QWidget(parent), m_bridge(bridge), m_selection(selection), m_model(new GraphTreeModel(this)),
      m_weightsModel(new WeightsModel(this)), m_tree(new OutlineTree(this)),
      m_weightsBar(new WeightsBar(*m_weightsModel, this)),
      m_watches(new WatchList(bridge, selection, this))
{
    makeTree();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_tree, 1);
    column->addWidget(ruleLine(this));
    column->addWidget(m_weightsBar);
    column->addWidget(ruleLine(this));
    column->addWidget(m_watches);
    connect(&bridge, &SessionBridge::documentChanged, this, &ModelPanel::refresh);
    connect(&selection, &Selection::changed, this, &ModelPanel::follow);
    connect(m_model, &QAbstractItemModel::modelReset, this, &ModelPanel::openAtStart);
    refresh();
}

void ModelPanel::makeTree()
{
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new RowDelegate(RowDelegate::Form::Tree, 24, m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setIndentation(14);
    m_tree->setUniformRowHeights(true);
    m_tree->setMouseTracking(true);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->setTextElideMode(Qt::ElideRight);
    m_tree->setAccessibleName(tr("Layers, weights and ops"));
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) {
                if (!m_isFollowing)
                    choose(index);
            });
    connect(m_tree, &QTreeView::clicked, this, &ModelPanel::choose);
}

void ModelPanel::refresh()
{
    const QScopedValueRollback guard(m_isFollowing, true);
    m_weightsModel->setSnapshot(m_bridge.snapshot());
    m_model->setSnapshot(*m_bridge.snapshot());
    m_weightsBar->refresh();
    follow();
}

void ModelPanel::openAtStart()
{
    for (const QModelIndex& index : m_model->openAtStart())
        m_tree->expand(index);
}

void ModelPanel::follow()
{
    const QScopedValueRollback guard(m_isFollowing, true);
    if (!m_bridge.snapshot()->program)
        return;
    const QModelIndex index =
        m_selection.weight() != kNoValue
            ? m_model->indexOf(m_selection.weight())
            : m_model->indexOf(primalOf(*m_bridge.snapshot()->program, m_selection.op().node));
    if (!index.isValid()) {
        m_tree->clearSelection();
        return;
    }
    // Selecting a hidden row would unfold the tree under the reader's hands at each step.
    for (QModelIndex above = index.parent(); above.isValid(); above = above.parent())
        if (!m_tree->isExpanded(above)) {
            m_tree->setCurrentIndex(above);
            return;
        }
    m_tree->setCurrentIndex(index);
}

void ModelPanel::choose(const QModelIndex& index)
{
    const QScopedValueRollback guard(m_isFollowing, true);
    const ValueId weight{index.data(GraphTreeModel::WeightRole).toUInt()};
    const NodeId op{index.data(GraphTreeModel::NodeRole).toUInt()};
    if (!index.isValid())
        return;
    if (weight != kNoValue)
        m_selection.selectWeight(weight);
    if (op == kNoNode)
        return;
    m_selection.selectOpHere(*m_bridge.snapshot()->program, op);
}

void ModelPanel::showWeights(const std::vector<ValueId>& weights)
{
    const QScopedValueRollback guard(m_isFollowing, true);
    QItemSelection rows;
    for (ValueId weight : weights) {
        const QModelIndex index = m_model->indexOf(weight);
        for (QModelIndex above = index.parent(); above.isValid(); above = above.parent())
            m_tree->expand(above);
        if (index.isValid()) {
            rows.select(index, index);
            m_tree->scrollTo(index);
        }
    }
    m_tree->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
}

}
