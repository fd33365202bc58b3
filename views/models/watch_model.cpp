#include "views/models/watch_model.h"

#include "views/models/selection.h"
#include "views/models/session_bridge.h"
#include "views/style/value_text.h"

#include <algorithm>
#include <cmath>

namespace backstep {

WatchModel::WatchModel(SessionBridge& bridge, Selection& selection, QObject* parent)
    : QAbstractListModel(parent), m_bridge(bridge), m_selection(selection)
{
    connect(&bridge, &SessionBridge::documentOpened, this, &WatchModel::beginAnew);
    connect(&bridge, &SessionBridge::documentChanged, this, [this] {
        for (Row& row : m_rows)
            row.now = row.before = {};
        m_comparedFor.reset();
        ask();
    });
    connect(&bridge, &SessionBridge::passMoved, this, &WatchModel::ask);
    connect(&selection, &Selection::changed, this, [this] { // another timestep
        if (!m_rows.empty())
            emit dataChanged(index(0), index(rowCount() - 1));
    });
}

void WatchModel::beginAnew()
{
    beginResetModel();
    m_rows.clear();
    if (m_bridge.snapshot()->program)
        for (Watch& watch : usualWatches(*m_bridge.snapshot()->program))
            m_rows.push_back({std::move(watch), {}, {}});
    m_comparedFor.reset();
    endResetModel();
    ask();
}

void WatchModel::watchSelected()
{
    const Graph* graph = m_bridge.snapshot()->program.get();
    const bool isWeight = graph && graph->has(m_selection.weight());
    if (!graph || !(isWeight || graph->has(m_selection.op().node)))
        return;
    Watch watch =
        isWeight ? watchOf(*graph, m_selection.weight()) : watchOf(*graph, m_selection.op().node);
    const std::vector<Watch> known = watches();
    if (watchedValue(*graph, watch) == kNoValue ||
        std::find(known.begin(), known.end(), watch) != known.end())
        return;
    beginInsertRows({}, rowCount(), rowCount());
    m_rows.push_back({std::move(watch), {}, {}});
    endInsertRows();
    m_comparedFor.reset();
    ask();
}

void WatchModel::remove(int row)
{
    if (row < 0 || row >= rowCount())
        return;
    beginRemoveRows({}, row, row);
    m_rows.erase(m_rows.begin() + row);
    endRemoveRows();
    emit readingsChanged();
}

std::vector<Watch> WatchModel::watches() const
{
    std::vector<Watch> all;
    for (const Row& row : m_rows)
        all.push_back(row.watch);
    return all;
}

void WatchModel::ask()
{
    if (m_bridge.pass().isRunning || m_rows.empty())
        return;
    using Answer = std::vector<WatchNorms>;
    m_bridge.ask<Answer>(
        QStringLiteral("watches"), this,
        [asked = watches(), cursor = m_bridge.pass().cursor](DebugSession& session,
                                                             std::stop_token) {
            Answer all;
            for (const Watch& watch : asked)
                all.push_back(watchNorms(session, watch, cursor));
            return all;
        },
        [this, asked = watches()](const Answer& all) { take(asked, all, &Row::now); });
    askBefore();
}

void WatchModel::askBefore()
{
    const std::shared_ptr<const Snapshot>& snapshot = m_bridge.snapshot();
    const bool isMended = snapshot->document && (!snapshot->document->gradients.empty() ||
                                                 !snapshot->document->forwards.empty());
    if (!isMended || m_bridge.pass().reason != StopReason::End || m_comparedFor == snapshot)
        return;
    m_comparedFor = snapshot;
    using Answer = std::vector<WatchNorms>;
    m_bridge.askAside<Answer>(
        QStringLiteral("watches before"), this,
        [asked = watches(), snapshot](std::stop_token stop) {
            return normsWithoutFixes(*snapshot->document, asked, stop);
        },
        [this, asked = watches(), snapshot](const Answer& all) {
            if (m_comparedFor == snapshot)
                take(asked, all, &Row::before);
        });
}

void WatchModel::take(const std::vector<Watch>& asked, const std::vector<WatchNorms>& norms,
                      WatchNorms Row::*into)
{
    for (Row& row : m_rows)
        for (size_t i = 0; i < asked.size() && i < norms.size(); ++i)
            if (asked[i] == row.watch)
                row.*into = norms[i];
    if (!m_rows.empty())
        emit dataChanged(index(0), index(rowCount() - 1));
    emit readingsChanged();
}

bool WatchModel::hasBefore() const
{
    return std::any_of(m_rows.begin(), m_rows.end(),
                       [](const Row& row) { return !row.before.empty(); });
}

QString WatchModel::numberOf(const WatchNorms& norms) const
{
    if (norms.empty())
        return tr("none");
    const auto last = static_cast<int64_t>(norms.size()) - 1;
    const bool isLookedAt = m_selection.op().at.depth > 0;
    const int64_t t = isLookedAt ? std::clamp<int64_t>(m_selection.op().at.t[0], 0, last) : last;
    const double norm = norms[static_cast<size_t>(t)];
    return std::isnan(norm) ? QString() : numberText(norm);
}

int WatchModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant WatchModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || !m_bridge.snapshot()->program)
        return {};
    const Row& row = m_rows[static_cast<size_t>(index.row())];
    const auto asList = [](const WatchNorms& norms) {
        QVariantList list;
        for (const double norm : norms)
            list << norm;
        return list;
    };
    switch (role) {
    case Qt::DisplayRole:
        return titleOf(*m_bridge.snapshot()->program, row.watch);
    case NormsRole:
        return asList(row.now);
    case BeforeRole:
        return asList(row.before);
    case NumberRole:
        return numberOf(row.now);
    case BeforeNumberRole:
        return row.before.empty() ? QString() : numberOf(row.before);
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: {
        const QString title = index.data().toString();
        const QString now = numberOf(row.now);
        const QString before = row.before.empty() ? QString() : numberOf(row.before);
        QString words =
            now.isEmpty() ? tr("%1: not reached").arg(title) : tr("%1: size %2").arg(title, now);
        if (!before.isEmpty())
            words += tr(", %1 without the fix").arg(before);
        return words;
    }
    default:
        return {};
    }
}

}
