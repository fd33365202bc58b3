#include "views/models/weights_model.h"

#include "views/models/op_text.h"
#include "views/style/badge.h"
#include "views/style/row_delegate.h"
#include "views/style/value_text.h"

#include <algorithm>

namespace backstep {

WeightsModel::WeightsModel(QObject* parent) : QAbstractTableModel(parent) {}

void WeightsModel::setSnapshot(std::shared_ptr<const Snapshot> snapshot)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    m_rows.clear();
    if (m_snapshot->program && m_snapshot->states)
        for (ValueId weight : m_snapshot->program->valuesOfKind(ValueKind::Weight))
            m_rows.push_back({weight, m_snapshot->states->weight(weight),
                              m_snapshot->states->isIncomplete(weight)});
    endResetModel();
}

int WeightsModel::countOf(Flow flow) const
{
    return static_cast<int>(std::count_if(m_rows.begin(), m_rows.end(),
                                          [&](const Row& row) { return row.flow == flow; }));
}

int WeightsModel::incompleteCount() const
{
    return static_cast<int>(std::count_if(m_rows.begin(), m_rows.end(), [](const Row& row) {
        return row.flow == Flow::Live && row.isIncomplete;
    }));
}

QStringList WeightsModel::summary() const
{
    QStringList parts;
    const int incomplete = incompleteCount();
    if (const int live = countOf(Flow::Live) - incomplete)
        parts << plural(live, tr("1 learns"), tr("%1 learn"));
    if (incomplete > 0)
        parts << plural(incomplete, tr("1 lacks a part"), tr("%1 lack a part"));
    if (const int zero = countOf(Flow::Zero))
        parts << plural(zero, tr("1 gets only zeros"), tr("%1 get only zeros"));
    if (const int blocked = countOf(Flow::Blocked))
        parts << tr("%1 blocked").arg(blocked);
    if (const int none = countOf(Flow::None))
        parts << plural(none, tr("1 gets none"), tr("%1 get none"));
    return parts;
}

QString WeightsModel::namesOf(const std::vector<ValueId>& weights) const
{
    QStringList names;
    for (ValueId weight : weights)
        names << QStringLiteral("%1 %2")
                     .arg(layerOfWeight(*m_snapshot->program, weight),
                          weightText(*m_snapshot->program, weight))
                     .trimmed();
    return names.join(QStringLiteral(", "));
}

int WeightsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int WeightsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant WeightsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_rows[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case ValueRole:
        return number(row.weight);
    case FlowRole:
        return static_cast<int>(row.flow);
    case BadgeRole:
        return index.column() == NameColumn
                   ? QVariant::fromValue(badgeOfWeight(row.flow, row.isIncomplete))
                   : QVariant();
    default:
        return {};
    }
}

QVariant WeightsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Weight");
    case ShapeColumn:
        return tr("Shape");
    case StatusColumn:
        return tr("Gradient");
    default:
        return tr("Cut by");
    }
}

QString WeightsModel::text(const Row& row, int column) const
{
    const Graph& graph = *m_snapshot->program;
    switch (column) {
    case NameColumn:
        return namesOf({row.weight});
    case ShapeColumn:
        return sizesText(graph.value(row.weight).type.shape);
    case StatusColumn:
        return badgeOfWeight(row.flow, row.isIncomplete).word;
    case CutByColumn: {
        QStringList ops;
        const auto arrival = m_snapshot->report->targets.find(row.weight);
        if (arrival != m_snapshot->report->targets.end())
            for (NodeId op : arrival->second.cutBy)
                ops << opText(graph, op);
        return ops.join(QStringLiteral(", "));
    }
    default:
        return {};
    }
}

}
