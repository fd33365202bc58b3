#include "engine/exporters/report_findings_text.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace backstep {

namespace {

constexpr size_t kLineWidth = 98;
constexpr std::string_view kIndent = "         ";

/// Of more findings of one kind for information so many are told in full, and so many named.
constexpr size_t kToldInFull = 3;
constexpr size_t kNamed = 100;

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

class FindingsText
{
public:
    explicit FindingsText(const ReportSource& source) : m_source(source), m_graph(source.graph)
    {
        for (const NodeId id : m_graph.nodeIds())
            ++m_typeCounts[m_graph.node(id).op.type];
    }

    std::string all() const;

private:
    std::string one(const Finding& finding) const;
    std::string heading(const Finding& finding) const;
    std::string fixText(const Fix& fix, const std::string& opName) const;
    std::string names(const std::vector<const Finding*>& findings) const;
    std::string shortestNameOf(const Node& node) const;

    const ReportSource& m_source;
    const Graph& m_graph;
    std::unordered_map<std::string_view, int> m_typeCounts;
};

/// What --gradient calls an op: its type where no other op has it, which is short, else its name.
std::string FindingsText::shortestNameOf(const Node& node) const
{
    return m_typeCounts.at(node.op.type) == 1 ? node.op.type : node.origin.name;
}

std::string FindingsText::heading(const Finding& finding) const
{
    std::string text = fmt::format("{:<8} {}", nameOf(finding.severity()), finding.kind->title);
    if (finding.node != kNoNode && m_graph.has(finding.node)) {
        const Node& node = m_graph.node(finding.node);
        text += fmt::format(": {}", shortName(node.origin.name));
        if (node.op.type != node.origin.name)
            text += fmt::format(" ({})", shortName(node.op.type));
        if (!node.origin.layer.empty() && node.origin.layer != node.origin.name)
            text += fmt::format(", layer {}", shortName(node.origin.layer));
    }
    if (!finding.timesteps.empty())
        text += ", " + timestepsText(finding.timesteps);
    return text + fmt::format("  [{}]\n", finding.kind->code);
}

std::string FindingsText::fixText(const Fix& fix, const std::string& opName) const
{
    std::string text = wrapped(fmt::format("Fix: {} ({}){}", fix.title, wordsOf(fix),
                                           fix.refusal.empty() ? "" : "; not here: " + fix.refusal),
                               kIndent);
    const std::string& command = m_source.command;
    const auto line = [&](std::string_view option, const std::string& what) {
        text += fmt::format("           {} {} {}\n", command, option,
                            shellWord(printable(opName) + "=" + what));
    };
    if (!fix.expression.empty() && command.empty())
        text += fmt::format("           {}\n", fix.expression);
    else if (!fix.expression.empty())
        line("--gradient", fix.expression);
    if (fix.uncuts && !command.empty())
        line("--fix", "uncut");
    if (fix.forward && !command.empty())
        line("--fix", fix.forward->soft);
    return text;
}

std::string FindingsText::one(const Finding& finding) const
{
    std::string text = heading(finding) + wrapped(printable(finding.message), kIndent);
    std::vector<std::string> weights;
    for (const ValueId weight : finding.weights)
        if (m_graph.has(weight) && !isMentioned(m_graph.value(weight).name, finding.message))
            weights.push_back(shortName(m_graph.value(weight).name));
    if (!weights.empty())
        text += wrapped((finding.kind->seenIn == SeenIn::Run ? "Weights: " : "Cuts off ") +
                            join(weights, ", ") + ".",
                        kIndent);
    for (const Framework framework : kFrameworks)
        if (const std::string& says = finding.says[static_cast<size_t>(framework)]; !says.empty())
            text += wrapped(fmt::format("{}: {}", nameOf(framework), printable(says)), kIndent);
    const bool hasOp = finding.node != kNoNode && m_graph.has(finding.node);
    const std::string opName = hasOp ? shortestNameOf(m_graph.node(finding.node)) : "";
    for (const Fix& fix : finding.fixes)
        text += fixText(fix, opName);
    if (finding.fixes.empty() && !finding.kind->remedy.empty())
        text += wrapped(finding.kind->remedy, kIndent);
    return text;
}

/// Findings of one kind that are not told in full.
std::string FindingsText::names(const std::vector<const Finding*>& findings) const
{
    std::vector<std::string> names;
    for (const Finding* finding : findings)
        if (names.size() < kNamed && finding->node != kNoNode && m_graph.has(finding->node))
            names.push_back(shortName(m_graph.node(finding->node).origin.name));
    std::string text = names.empty() ? "" : "At " + join(names, ", ");
    if (!names.empty() && findings.size() > names.size())
        text += fmt::format(" and {} more", findings.size() - names.size());
    return fmt::format("{:<8} {}: {} more  [{}]\n", nameOf(Severity::Info),
                       findings[0]->kind->title, findings.size(), findings[0]->kind->code) +
           wrapped(text + (text.empty() ? "" : ". ") + "In full: --format json.", kIndent);
}

std::string FindingsText::all() const
{
    std::unordered_map<const DiagnosticKind*, std::vector<const Finding*>> notes;
    for (const Finding& finding : m_source.findings)
        if (finding.severity() == Severity::Info)
            notes[finding.kind].push_back(&finding);
    std::unordered_map<const DiagnosticKind*, size_t> told;
    std::string text = headline(m_source.findings);
    for (const Finding& finding : m_source.findings) {
        const bool isNote = finding.severity() == Severity::Info;
        const auto& alike = notes[finding.kind];
        const size_t order = isNote ? told[finding.kind]++ : 0;
        if (!isNote || alike.size() <= 2 * kToldInFull || order < kToldInFull)
            text += "\n" + one(finding);
        else if (order == kToldInFull)
            text += "\n" + names({alike.begin() + kToldInFull, alike.end()});
    }
    return text;
}

}

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

std::string findingsAsText(const ReportSource& source)
{
    return FindingsText(source).all();
}

}
