#include "engine/exporters/report.h"

#include "engine/base/text.h"
#include "engine/exporters/report_compare.h"
#include "engine/exporters/report_findings_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace backstep {

namespace {

std::string statusOf(const ReportSource& source, const Arrival& arrival)
{
    std::string text(statusWord(arrival.flow));
    if (arrival.isIncomplete)
        text += ", incomplete";
    std::vector<std::string> places;
    for (const NodeId node : arrival.cutBy)
        if (source.graph.has(node))
            places.push_back(shortName(placeText(source.graph, node)));
    if (places.empty())
        return text;
    const bool isCut = arrival.flow != Flow::Live;
    const std::string_view words = arrival.isIncomplete ? "lacks the part through"
                                   : isCut              ? "cut by"
                                                        : "besides a path cut by";
    return fmt::format("{:<8} {} {}", text, words, join(places, ", "));
}

/// What the framework of the profile gives for the weight.
std::string saysOf(const ReportSource& source, ValueId weight)
{
    if (!source.frameworks || !source.profile.framework)
        return {};
    const auto& says =
        source.frameworks->of(*source.profile.framework, source.profile.isEager).says;
    const auto found = says.find(weight);
    return found == says.end()
               ? std::string()
               : fmt::format("; {}: {}", nameOf(source.profile), wordOf(found->second));
}

/// What only the run tells of the weight, unless all is well.
std::string healthOf(const ReportSource& source, ValueId weight)
{
    const auto health = source.health.find(weight);
    return health == source.health.end() || health->second.word == "ok"
               ? std::string()
               : ", " + health->second.word;
}

std::string weightsAsText(const ReportSource& source)
{
    std::vector<std::array<std::string, 3>> rows;
    for (const ValueId id : source.graph.valuesOfKind(ValueKind::Weight)) {
        const ValueInfo& weight = source.graph.value(id);
        const auto found = source.report.targets.find(id);
        const Arrival arrival = found == source.report.targets.end() ? Arrival{} : found->second;
        rows.push_back({shortName(weight.name), weight.type.shape.text(),
                        statusOf(source, arrival) + healthOf(source, id) + saysOf(source, id)});
    }
    if (rows.empty())
        return "No weights: no initializer of this model is one that is learned.\n";
    size_t nameWidth = 0, shapeWidth = 0;
    for (const auto& row : rows) {
        nameWidth = std::max(nameWidth, characterCount(row[0]));
        shapeWidth = std::max(shapeWidth, row[1].size());
    }
    std::string text = "Weights and their gradients\n";
    for (const auto& row : rows)
        text += fmt::format("  {}{}  {:<{}}  {}\n", row[0],
                            std::string(nameWidth - characterCount(row[0]), ' '), row[1],
                            shapeWidth, row[2]);
    return text;
}

}

std::string reportAsText(const ReportSource& source)
{
    std::string text = printable(source.file) + "\n";
    text +=
        fmt::format("  {}{}\n", source.format,
                    source.producer.empty() ? "" : ", written by " + printable(source.producer));
    for (const std::string& assumption : source.assumptions)
        text += wrapped(printable(assumption), "  ");
    if (source.profile.framework)
        text += fmt::format("  as {} sees it ({})\n", nameOf(source.profile),
                            originOf(*source.profile.framework));
    text += "\n" + findingsAsText(source);
    if (!source.gradients.empty())
        text += "\n" + gradientsAsText(source.gradients);
    text += comparisonAsText(source);
    return text + "\n" + weightsAsText(source);
}

std::string failureAsText(const std::string& file, const Error& error)
{
    return fmt::format("{}\n  cannot be opened: {}\n", printable(file), printable(error.text()));
}

}
