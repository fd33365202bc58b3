#pragma once

#include "engine/graph/ids.h"

#include <array>
#include <compare>
#include <string>

namespace backstep {

/// One timestep (0 to T-1, a position in the sequence, SEMANTICS R8) per enclosing Scan, outermost
/// first.
struct TimestepPath {
    static constexpr int kMaxDepth = 4;
    std::array<int32_t, kMaxDepth> t{};
    uint8_t depth = 0;

    TimestepPath then(int64_t timestep) const
    {
        TimestepPath longer = *this;
        longer.t[longer.depth++] = static_cast<int32_t>(timestep);
        return longer;
    }
    TimestepPath upTo(int levels) const
    {
        TimestepPath shorter = *this;
        shorter.depth = static_cast<uint8_t>(levels);
        for (int level = levels; level < kMaxDepth; ++level)
            shorter.t[static_cast<size_t>(level)] = 0;
        return shorter;
    }
    int32_t innermost() const { return depth == 0 ? 0 : t[depth - 1u]; }
    auto operator<=>(const TimestepPath&) const = default;
};

/// A place in the program: a node and one timestep per enclosing Scan.
struct OpAddress {
    NodeId node = kNoNode;
    TimestepPath at;
    auto operator<=>(const OpAddress&) const = default;
};

struct ValueAddress {
    ValueId value = kNoValue;
    TimestepPath at;
    auto operator<=>(const ValueAddress&) const = default;
};

/// Timesteps first to last, both included; empty when last < first.
struct TimestepRange {
    int32_t first = 0, last = -1;
    bool operator==(const TimestepRange&) const = default;
};

}
