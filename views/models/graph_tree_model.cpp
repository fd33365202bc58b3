#include "views/models/graph_tree_model.h"

#include "views/style/badge.h"
#include "views/style/row_delegate.h"

#include <algorithm>

namespace backstep {

namespace {

Badge badgeOfItem(const GraphTree::Item& item)
{
    if (item.kind == GraphTree::Kind::Model)
        return {};
    if (item.kind == GraphTree::Kind::Weight)
        return badgeOfWeight(item.flow, item.isIncomplete);
    const Badge own = badgeOfMark(item.mark);
    if (!own.isEmpty() || !item.hasWeights)
        return own;
    return badgeOfWeight(item.flow, item.isIncomplete);
}

bool isSameOutline(const GraphTree& a, const GraphTree& b)
{
    return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(),
                      [](const GraphTree::Item& x, const GraphTree::Item& y) {
                          return x.kind == y.kind && x.name == y.name && x.op == y.op &&
                                 x.weight == y.weight && x.children == y.children;
                      });
}

}

GraphTreeModel::GraphTreeModel(QObject* parent) : QAbstractItemModel(parent) {}

void GraphTreeModel::setSnapshot(const Snapshot& snapshot)
{
    GraphTree tree = GraphTree::of(snapshot);
    if (!tree.items.empty() && isSameOutline(tree, m_tree)) {
        m_tree = std::move(tree);
        for (size_t i = 0; i < m_tree.items.size(); ++i) {
            const QModelIndex changed = indexOfItem(static_cast<int>(i));
            emit dataChanged(changed, changed);
        }
        return;
    }
    beginResetModel();
    m_tree = std::move(tree);
    endResetModel();
}

const GraphTree::Item& GraphTreeModel::item(const QModelIndex& index) const
{
    return m_tree.items[index.internalId()];
}

QModelIndex GraphTreeModel::indexOfItem(int itemIndex) const
{
    if (itemIndex < 0)
        return {};
    const int parent = m_tree.items[static_cast<size_t>(itemIndex)].parent;
    if (parent < 0)
        return createIndex(0, 0, static_cast<quintptr>(itemIndex));
    const std::vector<int>& siblings = m_tree.items[static_cast<size_t>(parent)].children;
    const auto place = std::find(siblings.begin(), siblings.end(), itemIndex);
    return createIndex(static_cast<int>(place - siblings.begin()), 0,
                       static_cast<quintptr>(itemIndex));
}

QModelIndex GraphTreeModel::indexOf(NodeId op) const
{
    return indexOfItem(m_tree.find(op));
}

QModelIndex GraphTreeModel::indexOf(ValueId weight) const
{
    return indexOfItem(m_tree.find(weight));
}

std::vector<QModelIndex> GraphTreeModel::openAtStart() const
{
    std::vector<QModelIndex> open;
    for (size_t i = 0; i < m_tree.items.size(); ++i) {
        const GraphTree::Item& at = m_tree.items[i];
        const bool isMarked = !badgeOfMark(at.mark).isEmpty();
        if (at.kind == GraphTree::Kind::Model ||
            (at.kind == GraphTree::Kind::Layer && (isMarked || at.hasWeights)) ||
            (at.kind == GraphTree::Kind::OpGroup && isMarked))
            open.push_back(indexOfItem(static_cast<int>(i)));
    }
    return open;
}

QModelIndex GraphTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    if (!parent.isValid())
        return createIndex(0, 0, quintptr(0));
    return createIndex(row, column,
                       static_cast<quintptr>(item(parent).children[static_cast<size_t>(row)]));
}

QModelIndex GraphTreeModel::parent(const QModelIndex& child) const
{
    return child.isValid() ? indexOfItem(item(child).parent) : QModelIndex();
}

int GraphTreeModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return m_tree.items.empty() ? 0 : 1;
    return static_cast<int>(item(parent).children.size());
}

int GraphTreeModel::columnCount(const QModelIndex&) const
{
    return 1;
}

QVariant GraphTreeModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const GraphTree::Item& at = item(index);
    switch (role) {
    case Qt::DisplayRole:
        return at.name;
    case Qt::AccessibleTextRole:
        return accessibleText(at);
    case Qt::ToolTipRole:
        return accessibleText(at);
    case KindRole:
        return static_cast<int>(at.kind);
    case NodeRole:
        return number(at.op);
    case WeightRole:
        return number(at.weight);
    case IconNameRole:
        return at.iconName;
    case DetailRole:
        return at.detail;
    case BadgeRole:
        return QVariant::fromValue(badgeOfItem(at));
    default:
        return {};
    }
}

QString GraphTreeModel::accessibleText(const GraphTree::Item& at) const
{
    QStringList parts{at.name};
    if (!at.detail.isEmpty())
        parts << at.detail;
    if (const Badge badge = badgeOfItem(at); !badge.isEmpty())
        parts << badge.word;
    return parts.join(QStringLiteral(", "));
}

}
