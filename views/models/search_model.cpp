#include "views/models/search_model.h"

#include "views/models/graph_tree.h"
#include "views/models/op_text.h"
#include "views/style/row_delegate.h"

#include <algorithm>

namespace backstep {

namespace {

constexpr size_t kMostRows = 100; ///< more are found by typing on

/// 3: begins a word of the text, 2: inside of one, 1: its letters one after the other.
int wordMatch(const QString& word, const QString& text)
{
    const qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive);
    for (qsizetype each = at; each >= 0; each = text.indexOf(word, each + 1, Qt::CaseInsensitive))
        if (each == 0 || !text[each - 1].isLetterOrNumber())
            return 3;
    if (at >= 0)
        return 2;
    qsizetype next = 0;
    for (const QChar letter : text)
        if (next < word.size() && letter.toCaseFolded() == word[next].toCaseFolded())
            ++next;
    return word.size() > 2 && next == word.size() ? 1 : 0;
}

QString kindWord(SearchEntry::Kind kind)
{
    switch (kind) {
    case SearchEntry::Kind::Op:
        return SearchModel::tr("op");
    case SearchEntry::Kind::Layer:
        return SearchModel::tr("layer");
    case SearchEntry::Kind::Weight:
        return SearchModel::tr("weight");
    case SearchEntry::Kind::Help:
        return SearchModel::tr("help");
    case SearchEntry::Kind::Command:
        break;
    }
    return {};
}

NodeId firstOpBelow(const GraphTree& tree, int item)
{
    const GraphTree::Item& at = tree.items[static_cast<size_t>(item)];
    if (at.op != kNoNode)
        return at.op;
    for (const int child : at.children)
        if (const NodeId op = firstOpBelow(tree, child); op != kNoNode)
            return op;
    return kNoNode;
}

}

int matchOf(const QString& typed, const SearchEntry& entry)
{
    int sum = 0;
    for (const QString& word : typed.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const int inTitle = wordMatch(word, entry.title);
        const int inDetail = std::max(wordMatch(word, entry.detail), wordMatch(word, entry.keys));
        // Of what stands behind a title, letters far apart are no answer.
        const int found = inTitle > 0 ? 2 * inTitle + 1 : inDetail > 1 ? inDetail - 1 : 0;
        if (found == 0)
            return 0;
        sum += found;
        if (entry.title.compare(typed, Qt::CaseInsensitive) == 0)
            ++sum;
    }
    return sum;
}

std::vector<SearchEntry> entriesOf(const Snapshot& snapshot)
{
    std::vector<SearchEntry> entries;
    const GraphTree tree = GraphTree::of(snapshot);
    for (size_t i = 0; i < tree.items.size(); ++i) {
        const GraphTree::Item& item = tree.items[i];
        SearchEntry entry;
        entry.title = item.name;
        entry.detail = item.detail;
        entry.iconName = item.iconName;
        switch (item.kind) {
        case GraphTree::Kind::Op:
            entry.kind = SearchEntry::Kind::Op;
            entry.op = item.op;
            entry.badge = badgeOfMark(item.mark);
            entry.detail = layerText(*snapshot.program, item.op);
            break;
        case GraphTree::Kind::Layer:
            entry.kind = SearchEntry::Kind::Layer;
            entry.op = firstOpBelow(tree, static_cast<int>(i));
            break;
        case GraphTree::Kind::Weight:
            entry.kind = SearchEntry::Kind::Weight;
            entry.weight = item.weight;
            entry.badge = badgeOfWeight(item.flow, item.isIncomplete);
            entry.detail = layerOfWeight(*snapshot.program, item.weight);
            break;
        default:
            continue;
        }
        if (entry.op != kNoNode || entry.weight != kNoValue)
            entries.push_back(std::move(entry));
    }
    return entries;
}

SearchModel::SearchModel(QObject* parent) : QAbstractListModel(parent) {}

void SearchModel::setEntries(std::vector<SearchEntry> entries)
{
    beginResetModel();
    m_rows.clear();
    m_entries = std::move(entries);
    endResetModel();
    setTyped(m_typed);
}

void SearchModel::setTyped(const QString& typed)
{
    beginResetModel();
    m_typed = typed.trimmed();
    std::vector<std::pair<int, size_t>> found; // what cannot be done now comes behind its equals
    for (size_t i = 0; i < m_entries.size(); ++i) {
        const SearchEntry& entry = m_entries[i];
        const int match =
            m_typed.isEmpty() ? entry.kind == SearchEntry::Kind::Command : matchOf(m_typed, entry);
        if (match > 0)
            found.emplace_back(2 * match + (entry.isEnabled ? 1 : 0), i);
    }
    std::stable_sort(found.begin(), found.end(), [this](const auto& a, const auto& b) {
        return std::pair(-a.first, m_entries[a.second].kind) <
               std::pair(-b.first, m_entries[b.second].kind);
    });
    m_rows.clear();
    for (size_t i = 0; i < found.size() && i < kMostRows; ++i)
        m_rows.push_back(found[i].second);
    endResetModel();
}

int SearchModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant SearchModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const SearchEntry& at = entry(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return at.title;
    case DetailRole:
        return at.detail;
    case KeysRole:
        return at.keys;
    case KindRole:
        return kindWord(at.kind);
    case IconNameRole:
        return at.iconName;
    case BadgeRole:
        return QVariant::fromValue(at.badge);
    case Qt::AccessibleTextRole: {
        QStringList words{at.title, at.detail, kindWord(at.kind), at.keys};
        words.removeAll(QString());
        return words.join(QStringLiteral(", "));
    }
    default:
        return {};
    }
}

Qt::ItemFlags SearchModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return entry(index.row()).isEnabled ? Qt::ItemIsEnabled | Qt::ItemIsSelectable
                                        : Qt::ItemFlags(Qt::ItemIsSelectable);
}

}
