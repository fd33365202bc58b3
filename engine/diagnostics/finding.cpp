#include "engine/diagnostics/finding.h"

#include "engine/base/text.h"

#include <algorithm>
#include <utility>

namespace backstep {

void DiagnosticSink::report(Finding finding)
{
    const auto [first, last] = m_byNode.equal_range(number(finding.node));
    const bool isKnown = std::any_of(first, last, [&](const auto& entry) {
        const Finding& other = m_findings[entry.second];
        return other.kind == finding.kind && other.message == finding.message;
    });
    if (isKnown)
        return;
    m_byNode.emplace(number(finding.node), m_findings.size());
    m_findings.push_back(std::move(finding));
}

FindingList DiagnosticSink::take()
{
    m_byNode.clear();
    return std::exchange(m_findings, {});
}

Fix remedyOf(const DiagnosticKind& kind)
{
    return {std::string(kind.remedy), kind.remedyKind};
}

std::string_view nameOf(Basis basis)
{
    static constexpr std::string_view names[]{"source-op", "by-analogy", "captured"};
    return names[static_cast<size_t>(basis)];
}

int64_t timestepCount(const std::vector<TimestepRange>& timesteps)
{
    int64_t count = 0;
    for (const TimestepRange& range : timesteps)
        count += range.last - range.first + 1;
    return count;
}

std::string timestepsText(const std::vector<TimestepRange>& timesteps)
{
    if (timesteps.empty())
        return "–";
    std::string text;
    for (const TimestepRange& range : timesteps) {
        text += text.empty() ? "t" : ", t";
        text += std::to_string(range.first);
        if (range.last > range.first)
            text += "–t" + std::to_string(range.last);
    }
    return text;
}

}
