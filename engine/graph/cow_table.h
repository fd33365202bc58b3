#pragma once

#include "engine/graph/ids.h"

#include <cassert>
#include <memory>
#include <vector>

namespace backstep {

/// Things by id, shared between copies until one of them edits. Forward and derived ids each count
/// densely from the start of their half.
template<class Id, class T> class CowTable
{
public:
    bool has(Id id) const
    {
        const auto& half = halfOf(id);
        const uint32_t index = number(id) & ~kDerivedIds;
        return index < half.size() && half[index];
    }
    const T& operator[](Id id) const
    {
        assert(has(id));
        return *halfOf(id)[number(id) & ~kDerivedIds];
    }
    T& edit(Id id)
    {
        assert(has(id));
        std::shared_ptr<T>& slot = halfOf(id)[number(id) & ~kDerivedIds];
        if (slot.use_count() > 1)
            slot = std::make_shared<T>(*slot);
        return *slot;
    }
    Id nextId() const { return Id{static_cast<uint32_t>(m_forward.size())}; }
    void add(Id id, T thing)
    {
        auto& half = halfOf(id);
        const uint32_t index = number(id) & ~kDerivedIds;
        if (index >= half.size())
            half.resize(index + 1);
        half[index] = std::make_shared<T>(std::move(thing));
    }
    void remove(Id id) { halfOf(id)[number(id) & ~kDerivedIds].reset(); }
    std::vector<Id> ids() const
    {
        std::vector<Id> all;
        for (uint32_t i = 0; i < m_forward.size(); ++i)
            if (m_forward[i])
                all.push_back(Id{i});
        for (uint32_t i = 0; i < m_derived.size(); ++i)
            if (m_derived[i])
                all.push_back(Id{i | kDerivedIds});
        return all;
    }

private:
    using Half = std::vector<std::shared_ptr<T>>;
    const Half& halfOf(Id id) const { return number(id) & kDerivedIds ? m_derived : m_forward; }
    Half& halfOf(Id id) { return number(id) & kDerivedIds ? m_derived : m_forward; }
    Half m_forward, m_derived;
};

}
