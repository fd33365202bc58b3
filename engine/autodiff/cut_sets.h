#pragma once

#include "engine/graph/ids.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace backstep {

/// Sets of ops, each kept once and known by a number: thousands of values share a few of them, and
/// joining two is looked up. Number 0 is the empty set.
class CutSets
{
public:
    uint32_t with(uint32_t set, NodeId node) { return joined(set, known({node})); }
    uint32_t joined(uint32_t a, uint32_t b);
    const std::vector<NodeId>& at(uint32_t set) const { return *m_sets[set]; }

private:
    uint32_t known(std::vector<NodeId> nodes);

    /// Sets along a chain of breaks begin alike, so that comparing them in order is slow.
    struct Hash {
        size_t operator()(const std::vector<NodeId>& nodes) const;
    };
    std::unordered_map<std::vector<NodeId>, uint32_t, Hash> m_known{{{}, 0}};
    std::vector<const std::vector<NodeId>*> m_sets{&m_known.begin()->first};
    std::unordered_map<uint64_t, uint32_t> m_joins;
};

}
