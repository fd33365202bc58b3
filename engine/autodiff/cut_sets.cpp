#include "engine/autodiff/cut_sets.h"

#include <algorithm>
#include <iterator>

namespace backstep {

size_t CutSets::Hash::operator()(const std::vector<NodeId>& nodes) const
{
    size_t hash = nodes.size();
    for (const NodeId node : nodes)
        hash = (hash ^ number(node)) * 0x9E3779B97F4A7C15;
    return hash;
}

uint32_t CutSets::known(std::vector<NodeId> nodes)
{
    const auto [entry, isNew] =
        m_known.try_emplace(std::move(nodes), static_cast<uint32_t>(m_sets.size()));
    if (isNew)
        m_sets.push_back(&entry->first); // keys stay where they are
    return entry->second;
}

uint32_t CutSets::joined(uint32_t a, uint32_t b)
{
    if (a == b || b == 0)
        return a;
    if (a == 0)
        return b;
    const uint64_t key = uint64_t{std::min(a, b)} << 32 | std::max(a, b);
    const auto found = m_joins.find(key);
    if (found != m_joins.end())
        return found->second;
    std::vector<NodeId> both;
    both.reserve(at(a).size() + at(b).size());
    std::set_union(at(a).begin(), at(a).end(), at(b).begin(), at(b).end(),
                   std::back_inserter(both));
    return m_joins[key] = known(std::move(both));
}

}
