#include "engine/graph/timestep_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>

namespace backstep {

TimestepSet::TimestepSet(std::vector<TimestepRange> ranges)
{
    std::sort(ranges.begin(), ranges.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const TimestepRange& range : ranges) {
        if (range.last < range.first)
            continue;
        if (!m_ranges.empty() && range.first <= m_ranges.back().last + 1)
            m_ranges.back().last = std::max(m_ranges.back().last, range.last);
        else
            m_ranges.push_back(range);
    }
}

TimestepSet TimestepSet::firstOf(int64_t count)
{
    return TimestepSet({{0, static_cast<int32_t>(count - 1)}});
}

namespace {

/// Reads a number of at most nine digits off the front of `rest`; false where none stands there.
bool takeNumber(std::string_view& rest, int32_t& number)
{
    constexpr size_t mostDigits = 9;
    const char* const end = rest.data() + rest.size();
    const auto [after, problem] = std::from_chars(rest.data(), end, number);
    const auto length = static_cast<size_t>(after - rest.data());
    if (problem != std::errc() || number < 0 || length > mostDigits)
        return false;
    rest.remove_prefix(length);
    return true;
}

void skipSpaces(std::string_view& rest)
{
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
}

}

Result<TimestepSet> TimestepSet::parse(std::string_view text)
{
    std::string_view rest = text;
    const auto refused = [&](std::string_view wanted) {
        Error error{"timesteps", fmt::format("'{}' names no timesteps: {} is wanted", text, wanted),
                    "Write timesteps as 7, 3-5 or 0-2,9; the first one is 0."};
        error.column = static_cast<int>(text.size() - rest.size());
        return error;
    };
    std::vector<TimestepRange> ranges;
    while (true) {
        skipSpaces(rest);
        TimestepRange range;
        if (!takeNumber(rest, range.first))
            return refused("a number");
        range.last = range.first;
        skipSpaces(rest);
        if (rest.starts_with('-')) {
            rest.remove_prefix(1);
            skipSpaces(rest);
            if (!takeNumber(rest, range.last) || range.last < range.first)
                return refused(fmt::format("a number from {} on", range.first));
            skipSpaces(rest);
        }
        ranges.push_back(range);
        if (rest.empty())
            return TimestepSet(std::move(ranges));
        if (!rest.starts_with(','))
            return refused("',' or '-'");
        rest.remove_prefix(1);
    }
}

bool TimestepSet::contains(int64_t timestep) const
{
    const auto after = std::upper_bound(
        m_ranges.begin(), m_ranges.end(), timestep,
        [](int64_t step, const TimestepRange& range) { return step < range.first; });
    return after != m_ranges.begin() && timestep <= std::prev(after)->last;
}

int64_t TimestepSet::count() const
{
    int64_t count = 0;
    for (const TimestepRange& range : m_ranges)
        count += range.last - range.first + 1;
    return count;
}

int64_t TimestepSet::at(int64_t index) const
{
    for (const TimestepRange& range : m_ranges) {
        if (index <= range.last - range.first)
            return range.first + index;
        index -= range.last - range.first + 1;
    }
    assert(false && "a timestep that the set does not have");
    return 0;
}

TimestepSet TimestepSet::without(const TimestepSet& other) const
{
    std::vector<TimestepRange> left;
    for (TimestepRange range : m_ranges) {
        for (const TimestepRange& gone : other.m_ranges) {
            if (gone.last < range.first || gone.first > range.last)
                continue;
            left.push_back({range.first, gone.first - 1});
            range.first = gone.last + 1;
        }
        left.push_back(range);
    }
    return TimestepSet(std::move(left));
}

TimestepSet TimestepSet::within(const TimestepSet& other) const
{
    return without(without(other));
}

std::string TimestepSet::text() const
{
    std::string text;
    for (const TimestepRange& range : m_ranges) {
        text += (text.empty() ? "" : ",") + std::to_string(range.first);
        if (range.last > range.first)
            text += "-" + std::to_string(range.last);
    }
    return text;
}

std::strong_ordering TimestepSet::operator<=>(const TimestepSet& other) const
{
    return std::lexicographical_compare_three_way(
        m_ranges.begin(), m_ranges.end(), other.m_ranges.begin(), other.m_ranges.end(),
        [](const TimestepRange& a, const TimestepRange& b) {
            return std::pair(a.first, a.last) <=> std::pair(b.first, b.last);
        });
}

}
