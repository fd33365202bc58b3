#include "views/models/findings_model.h"

#include "views/models/op_text.h"
#include "views/style/badge.h"
#include "views/style/row_delegate.h"
#include "views/style/value_text.h"

#include <algorithm>

namespace backstep {

FindingsModel::FindingsModel(QObject* parent) : QAbstractTableModel(parent) {}

void FindingsModel::setSnapshot(std::shared_ptr<const Snapshot> snapshot,
                                std::shared_ptr<const FindingList> ofRun)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    m_ofRun = std::move(ofRun);
    m_order.clear();
    for (const FindingList* findings : {m_snapshot->findings.get(), m_ofRun.get()})
        if (findings)
            for (const Finding& finding : *findings)
                m_order.push_back(&finding);
    std::stable_sort(m_order.begin(), m_order.end(), [](const Finding* a, const Finding* b) {
        return a->severity() < b->severity();
    });
    endResetModel();
}

int FindingsModel::rowOf(NodeId node) const
{
    if (!m_snapshot->program || node == kNoNode)
        return -1;
    const NodeId primal = primalOf(*m_snapshot->program, node);
    for (size_t row = 0; row < m_order.size(); ++row)
        if (m_order[row]->node == node || m_order[row]->node == primal)
            return static_cast<int>(row);
    return -1;
}

int FindingsModel::problemCount() const
{
    return static_cast<int>(
        std::count_if(m_order.begin(), m_order.end(), [](const Finding* finding) {
            return finding->severity() != Severity::Info;
        }));
}

int64_t FindingsModel::placeCount() const
{
    int64_t places = 0;
    for (const Finding* finding : m_order)
        if (finding->severity() != Severity::Info)
            places += std::max<int64_t>(1, timestepCount(finding->timesteps));
    return places;
}

int FindingsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int FindingsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Finding& at = finding(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(at, index.column());
    case Qt::ToolTipRole:
        return index.column() == MessageColumn ? QString::fromStdString(at.message)
                                               : text(at, index.column());
    case Qt::AccessibleTextRole:
        return index.column() == OperatorColumn
                   ? QStringLiteral("%1, %2").arg(text(at, OperatorColumn),
                                                  badge(at).value<Badge>().word)
                   : text(at, index.column());
    case AddressRole:
        return QVariant::fromValue(address(at));
    case CodeRole:
        return QString::fromUtf8(at.kind->code.data(),
                                 static_cast<qsizetype>(at.kind->code.size()));
    case SortRole:
        return static_cast<int>(at.severity());
    case FixExpressionRole:
        for (const Fix& fix : at.fixes)
            if (!fix.expression.empty())
                return QString::fromStdString(fix.expression);
        return {};
    case BadgeRole:
        return index.column() == OperatorColumn ? badge(at) : QVariant();
    case DetailRole:
        return index.column() == TimestepColumn && timestepCount(at.timesteps) > 1
                   ? QString::fromStdString(timestepsText(at.timesteps))
                   : QVariant();
    case ButtonRole:
        return index.column() == FixColumn ? text(at, FixColumn) : QVariant();
    default:
        return {};
    }
}

QVariant FindingsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case OperatorColumn:
        return tr("Op");
    case LayerColumn:
        return tr("Layer");
    case TimestepColumn:
        return tr("Time");
    case MessageColumn:
        return tr("What");
    case ReachColumn:
        return tr("Reach");
    case KindColumn:
        return tr("Fixes");
    default:
        return QString();
    }
}

QString FindingsModel::text(const Finding& at, int column) const
{
    switch (column) {
    case OperatorColumn:
        return at.node == kNoNode ? tr("Model") : opText(*m_snapshot->program, at.node);
    case LayerColumn:
        return at.node == kNoNode ? QStringLiteral("–") : layerText(*m_snapshot->program, at.node);
    case TimestepColumn:
        return timestepCount(at.timesteps) > 1
                   ? tr("%1 timesteps").arg(timestepCount(at.timesteps))
                   : QString::fromStdString(timestepsText(at.timesteps));
    case MessageColumn:
        return QStringLiteral("%1: %2").arg(
            QString::fromUtf8(at.kind->title.data(), static_cast<qsizetype>(at.kind->title.size())),
            reasonText(*m_snapshot->program, at));
    case ReachColumn:
        return reachText(at);
    case KindColumn:
        return kindsText(at);
    case FixColumn:
        return std::any_of(at.fixes.begin(), at.fixes.end(),
                           [](const Fix& fix) { return fix.canBeApplied(); })
                   ? tr("Fix…")
                   : QString();
    default:
        return {};
    }
}

/// What the fixes do, each kind once: "gradient only, replaces the forward".
QString FindingsModel::kindsText(const Finding& at) const
{
    QStringList kinds;
    for (const Fix& fix : at.fixes) {
        const std::string_view words = wordsOf(fix);
        const QString text = QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
        if (!fix.isAdvice() && !kinds.contains(text))
            kinds << text;
    }
    return kinds.isEmpty() && !at.fixes.empty() ? tr("advice") : kinds.join(QStringLiteral(", "));
}

QString FindingsModel::reachText(const Finding& at) const
{
    if (!at.weights.empty())
        return plural(static_cast<long long>(at.weights.size()), tr("1 weight"), tr("%1 weights"));
    if (at.node == kNoNode)
        return QStringLiteral("–");
    return plural(std::max<int64_t>(1, timestepCount(at.timesteps)), tr("1 place"),
                  tr("%1 places"));
}

QVariant FindingsModel::badge(const Finding& at) const
{
    // The op's own mark says more than the severity, and is the one on the canvas.
    if (at.node != kNoNode && m_snapshot->states) {
        const Badge own = badgeOfMark(m_snapshot->states->mark(at.node));
        if (!own.isEmpty())
            return QVariant::fromValue(own);
    }
    return QVariant::fromValue(badgeOfSeverity(at.severity()));
}

OpAddress FindingsModel::address(const Finding& at) const
{
    OpAddress address{at.node, {}};
    if (at.node == kNoNode)
        return address;
    const int depth = m_snapshot->program->depth(m_snapshot->program->node(at.node).region);
    for (int level = 0; level < depth; ++level)
        address.at = address.at.then(
            level + 1 == depth && !at.timesteps.empty() ? at.timesteps.front().first : 0);
    return address;
}

}
