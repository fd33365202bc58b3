#pragma once

#include "engine/base/result.h"
#include "engine/graph/address.h"

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// Some timesteps of one Scan: ranges in ascending order, none touching the next.
class TimestepSet
{
public:
    TimestepSet() = default;
    /// From ranges in any order, empty and overlapping ones included.
    explicit TimestepSet(std::vector<TimestepRange> ranges);
    /// Timesteps 0 to count - 1.
    static TimestepSet firstOf(int64_t count);
    /// "7", "3-5" or a list of both with commas; an Error has the column of what it cannot read.
    static Result<TimestepSet> parse(std::string_view text);

    bool isEmpty() const { return m_ranges.empty(); }
    bool contains(int64_t timestep) const;
    int64_t count() const;
    /// Number `index` of them, 0 to count() - 1.
    int64_t at(int64_t index) const;
    TimestepSet without(const TimestepSet& other) const;
    TimestepSet within(const TimestepSet& other) const;
    const std::vector<TimestepRange>& ranges() const { return m_ranges; }
    /// "3-5,9", as `parse` reads it.
    std::string text() const;
    bool operator==(const TimestepSet&) const = default;
    /// By the ranges in order.
    std::strong_ordering operator<=>(const TimestepSet& other) const;

private:
    std::vector<TimestepRange> m_ranges;
};

}
