#include "engine/exporters/report_compare.h"

#include "engine/base/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace backstep {

namespace {

std::array<std::string, 5> headings()
{
    std::array<std::string, 5> line{"What each makes of it"};
    std::copy(kProfileTitles.begin(), kProfileTitles.end(), line.begin() + 1);
    return line;
}

}

std::string comparisonAsText(const ReportSource& source)
{
    const std::vector<ComparedFinding>& rows = source.compared;
    if (rows.empty())
        return {};
    std::vector<std::array<std::string, 5>> cells{headings()};
    for (const ComparedFinding& row : rows) {
        std::array<std::string, 5> line;
        line[0] = source.graph.has(row.node)
                      ? fmt::format("{} ({})", printable(source.graph.node(row.node).origin.name),
                                    printable(source.graph.node(row.node).op.type))
                      : row.title;
        for (size_t i = 0; i < kProfileTitles.size(); ++i) {
            const ProfileSaying& saying = row.profiles[i];
            line[i + 1] = saying.word.empty() ? (saying.kind ? "finding" : "-") : saying.word;
            if (saying.kind && source.graph.has(row.node))
                line[i + 1] += fmt::format(" [{}]", saying.kind->code);
        }
        cells.push_back(std::move(line));
    }
    std::array<size_t, 5> widths{};
    for (const auto& line : cells)
        for (size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], characterCount(line[i]));
    std::string text = "\n";
    for (size_t row = 0; row < cells.size(); ++row) {
        for (size_t i = 0; i < widths.size(); ++i) {
            text += cells[row][i];
            if (i + 1 < widths.size())
                text += std::string(widths[i] - characterCount(cells[row][i]) + 2, ' ');
        }
        text += "\n";
        if (row > 0)
            for (const std::string& works : rows[row - 1].worksIn)
                text += "  " + printable(works) + "\n";
    }
    return text;
}

nlohmann::ordered_json comparisonAsJson(const ReportSource& source)
{
    using nlohmann::ordered_json;
    ordered_json rows = ordered_json::array();
    for (const ComparedFinding& row : source.compared) {
        ordered_json entry{{"title", row.title}};
        if (source.graph.has(row.node)) {
            entry["op"] = source.graph.node(row.node).origin.name;
            entry["type"] = source.graph.node(row.node).op.type;
        }
        for (size_t i = 0; i < kProfileTitles.size(); ++i) {
            const ProfileSaying& saying = row.profiles[i];
            entry[lowered(kProfileTitles[i])] = {
                {"says", saying.word},
                {"code", saying.kind ? std::string(saying.kind->code) : std::string()},
                {"sentence", saying.sentence}};
        }
        entry["works_in"] = row.worksIn;
        rows.push_back(std::move(entry));
    }
    return rows;
}

}
