#include "engine/exporters/report.h"

#include "engine/base/text.h"
#include "engine/exporters/report_compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace backstep {

namespace {

constexpr size_t kLineWidth = 98;

/// Text broken between words into lines that start with `indent`.
std::string wrapped(std::string_view text, std::string_view indent)
{
    std::string lines, line;
    for (const std::string& word : split(text, ' ')) {
        if (!line.empty() &&
            indent.size() + characterCount(line) + 1 + characterCount(word) > kLineWidth) {
            lines += std::string(indent) + line + "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    return lines + std::string(indent) + line + "\n";
}

std::string headline(const FindingList& findings)
{
    const auto countOf = [&](Severity severity) {
        return std::count_if(findings.begin(), findings.end(),
                             [&](const Finding& f) { return f.severity() == severity; });
    };
    std::string text;
    for (const Severity severity : {Severity::Error, Severity::Warning, Severity::Info})
        if (const auto count = countOf(severity); count > 0)
            text += (text.empty() ? "" : ", ") + (severity == Severity::Info
                                                      ? fmt::format("{} for information", count)
                                                      : counted(count, nameOf(severity)));
    return text.empty() ? "No problems found.\n" : text + "\n";
}

bool isMentioned(const std::string& name, const std::string& message)
{
    return message.find("'" + name + "'") != std::string::npos;
}

/// What --gradient calls an op: its type where no other op has it, which is short, else its name.
std::string shortestNameOf(const Graph& graph, const Node& node)
{
    const std::vector<NodeId> all = graph.nodeIds();
    const auto sameCount = std::count_if(
        all.begin(), all.end(), [&](NodeId id) { return graph.node(id).op.type == node.op.type; });
    return sameCount == 1 ? node.op.type : node.origin.name;
}

std::string findingAsText(const ReportSource& source, const Finding& finding)
{
    const Graph& graph = source.graph;
    std::string text = fmt::format("{:<8} {}", nameOf(finding.severity()), finding.kind->title);
    std::string opName;
    if (finding.node != kNoNode && graph.has(finding.node)) {
        const Node& node = graph.node(finding.node);
        opName = shortestNameOf(graph, node);
        text += fmt::format(": {}", shortName(node.origin.name));
        if (node.op.type != node.origin.name)
            text += fmt::format(" ({})", shortName(node.op.type));
        if (!node.origin.layer.empty() && node.origin.layer != node.origin.name)
            text += fmt::format(", layer {}", shortName(node.origin.layer));
    }
    if (!finding.timesteps.empty())
        text += ", " + timestepsText(finding.timesteps);
    text += fmt::format("  [{}]\n", finding.kind->code);
    text += wrapped(printable(finding.message), "         ");
    std::vector<std::string> weights;
    for (const ValueId weight : finding.weights)
        if (graph.has(weight) && !isMentioned(graph.value(weight).name, finding.message))
            weights.push_back(shortName(graph.value(weight).name));
    if (!weights.empty())
        text += wrapped((finding.kind->seenIn == SeenIn::Run ? "Weights: " : "Cuts off ") +
                            join(weights, ", ") + ".",
                        "         ");
    for (const Framework framework : kFrameworks)
        if (const std::string& says = finding.says[static_cast<size_t>(framework)]; !says.empty())
            text += wrapped(fmt::format("{}: {}", nameOf(framework), printable(says)), "         ");
    for (const Fix& fix : finding.fixes) {
        text += wrapped(fmt::format("Fix: {} ({}){}", fix.title, wordsOf(fix),
                                    fix.refusal.empty() ? "" : "; not here: " + fix.refusal),
                        "         ");
        if (!fix.expression.empty() && !source.command.empty())
            text += fmt::format("           {} --gradient {}\n", source.command,
                                shellWord(printable(opName) + "=" + fix.expression));
        else if (!fix.expression.empty())
            text += fmt::format("           {}\n", fix.expression);
        if (fix.uncuts && !source.command.empty())
            text += fmt::format("           {} --fix {}\n", source.command,
                                shellWord(printable(opName) + "=uncut"));
        if (fix.forward && !source.command.empty())
            text += fmt::format("           {} --fix {}\n", source.command,
                                shellWord(printable(opName) + "=" + fix.forward->soft));
    }
    if (finding.fixes.empty() && !finding.kind->remedy.empty())
        text += wrapped(finding.kind->remedy, "         ");
    return text;
}

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
    text += "\n" + headline(source.findings);
    for (const Finding& finding : source.findings)
        text += "\n" + findingAsText(source, finding);
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
