#pragma once

#include "engine/session/observer.h"
#include "views/style/badge.h"

#include <QAbstractListModel>
#include <QStringList>

#include <vector>

namespace backstep {

/// Something that can be looked for by its name: a command, a part of the model, a page of help.
struct SearchEntry {
    enum class Kind : uint8_t { Command, Op, Layer, Weight, Help } kind = Kind::Command;
    QString title, detail;
    QString keys;          ///< of a command: "Ctrl+T"
    QString iconName = {}; ///< a drawing of views/style/icons
    Badge badge = {};
    bool isEnabled = true;
    int index = -1;      ///< of a command or page, in the list of whoever made the entry
    NodeId op = kNoNode; ///< of a layer its first op
    ValueId weight = kNoValue;
};

/// How well a text answers what is typed; 0 for not at all. Every word must be found: best at the
/// begin of a word, then inside one, then as letters in their order; a title counts more than what
/// stands behind it.
int matchOf(const QString& typed, const SearchEntry& entry);

/// Layers, ops and weights of the model as entries, in the order of the outline.
std::vector<SearchEntry> entriesOf(const Snapshot& snapshot);

/// The entries that answer what is typed, the best first; without anything typed the commands.
class SearchModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { KeysRole = Qt::UserRole + 1, KindRole };
    explicit SearchModel(QObject* parent = nullptr);

    void setEntries(std::vector<SearchEntry> entries);
    void setTyped(const QString& typed);
    const SearchEntry& entry(int row) const { return m_entries[m_rows[static_cast<size_t>(row)]]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    std::vector<SearchEntry> m_entries;
    std::vector<size_t> m_rows;
    QString m_typed;
};

}
