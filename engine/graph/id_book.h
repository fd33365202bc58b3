#pragma once

#include "engine/graph/ids.h"

#include <compare>
#include <cstdint>
#include <map>

namespace backstep {

/// Hands out derived ids: the same key gets the same id for the document's whole life, so that
/// differentiating again, or undoing a gradient, finds the ids it had (ARCHITECTURE joint 4).
class IdBook
{
public:
    enum class Kind : uint8_t { Node, Value, Region };
    struct Key {
        Kind kind;
        RegionId region; ///< where the thing stands
        NodeId primal;   ///< whose gradient it belongs to; kNoNode for the pass itself
        uint32_t order;  ///< 1 for a gradient, 2 for a gradient of a gradient
        uint32_t ordinal;
        auto operator<=>(const Key&) const = default;
    };
    uint32_t idFor(const Key& key)
    {
        const auto [entry, isNew] = m_ids.try_emplace(key, 0);
        if (isNew)
            entry->second = kDerivedIds + m_next[static_cast<size_t>(key.kind)]++;
        return entry->second;
    }

private:
    std::map<Key, uint32_t> m_ids;
    uint32_t m_next[3] = {};
};

}
