// A report as one page: no script, nothing fetched, light or dark as the reader has it, printable.
#include "engine/base/text.h"
#include "engine/exporters/report_form.h"

#include <fmt/format.h>

namespace backstep {

namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --text: #1b1d21; --second: #5b616b; --page: #ffffff;
  --card: #f6f7f9; --rule: #d9dce1; --error: #8f1405; --warning: #7a5f00; --info: #0a3f85;
  --live: #0e6b40; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e7ea; --second: #a5abb5; --page: #1e1f22;
  --card: #27292d; --rule: #3c3f45; --error: #ff8a70; --warning: #f4cf1e; --info: #7fb8ee;
  --live: #16e8a0; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 72rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; overflow-wrap: anywhere; }
p.second, li.second { color: var(--second); margin: .1rem 0; }
article { background: var(--card); border-left: 4px solid var(--rule); border-radius: 4px;
  padding: .7rem 1rem; margin: .8rem 0; break-inside: avoid; overflow-wrap: anywhere; }
article.error { border-color: var(--error); } article.warning { border-color: var(--warning); }
article.info { border-color: var(--info); }
article h3 { font-size: 1rem; margin: 0; } article p { margin: .3rem 0; white-space: pre-line; }
.word { font-weight: 700; text-transform: uppercase; font-size: .8rem; margin-right: .5rem; }
.error .word { color: var(--error); } .warning .word { color: var(--warning); }
.info .word { color: var(--info); } .live { color: var(--live); } .cut { color: var(--error); }
code { font: .9em ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--rule);
  vertical-align: top; white-space: nowrap; }
td:first-child, td:last-child { white-space: normal; overflow-wrap: anywhere; }
th { color: var(--second); font-weight: 600; }
caption { text-align: left; font-weight: 600; padding: .3rem .6rem; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } a { color: inherit; } }
)";

std::string paragraph(std::string_view text, std::string_view kind = {})
{
    return fmt::format("<p{}>{}</p>\n",
                       kind.empty() ? std::string() : fmt::format(" class=\"{}\"", kind),
                       escapedForMarkup(text));
}

std::string findingText(const ReportSource& source, const Finding& finding)
{
    const std::string_view severity = nameOf(finding.severity());
    std::string place;
    if (finding.node != kNoNode && source.graph.has(finding.node)) {
        const Node& node = source.graph.node(finding.node);
        place = fmt::format(" · <code>{}</code> ({})",
                            escapedForMarkup(shortName(placeText(source.graph, finding.node))),
                            escapedForMarkup(node.op.type));
    }
    std::string text =
        fmt::format("<article class=\"{0}\">\n<h3><span class=\"word\">{0}</span>{1}{2}"
                    " <code>[{3}]</code></h3>\n",
                    severity, escapedForMarkup(finding.kind->title), place, finding.kind->code);
    text += paragraph(finding.message);
    for (const Framework framework : kFrameworks)
        if (const std::string& says = finding.says[static_cast<size_t>(framework)]; !says.empty())
            text += paragraph(fmt::format("{}: {}", nameOf(framework), says), "second");
    std::string fixes;
    for (const Fix& fix : finding.fixes)
        fixes +=
            fmt::format("<li>{}{}</li>\n", escapedForMarkup(fix.title),
                        fix.expression.empty() ? std::string()
                                               : fmt::format(": <code>dx = {}</code>",
                                                             escapedForMarkup(fix.expression)));
    if (!fixes.empty())
        text += "<p>What to do:</p>\n<ul>\n" + fixes + "</ul>\n";
    else
        text += paragraph(finding.kind->remedy);
    return text + "</article>\n";
}

std::string saysOf(const ReportSource& source, ValueId weight, Framework framework)
{
    if (!source.frameworks)
        return "–";
    const auto& says = source.frameworks->of(framework, source.profile.isEager).says;
    const auto found = says.find(weight);
    return found == says.end() ? "–" : std::string(wordOf(found->second));
}

std::string weightRow(const ReportSource& source, ValueId id)
{
    const ValueInfo& weight = source.graph.value(id);
    const auto found = source.report.targets.find(id);
    const Arrival arrival = found == source.report.targets.end() ? Arrival{} : found->second;
    std::string status(statusWord(arrival.flow));
    if (arrival.isIncomplete)
        status += ", incomplete";
    if (const auto health = source.health.find(id);
        health != source.health.end() && health->second.word != "ok")
        status += ", " + health->second.word;
    std::vector<std::string> places;
    for (const NodeId node : arrival.cutBy)
        if (source.graph.has(node))
            places.push_back(shortName(placeText(source.graph, node)));
    std::string row =
        fmt::format("<tr><td><code>{}</code></td><td>{}</td><td class=\"{}\">{}</td>",
                    escapedForMarkup(shortName(weight.name)), weight.type.shape.text(),
                    arrival.flow == Flow::Live ? "live" : "cut", status);
    for (const Framework framework : kFrameworks)
        row += fmt::format("<td>{}</td>", saysOf(source, id, framework));
    return row + fmt::format("<td>{}</td></tr>\n", escapedForMarkup(join(places, ", ")));
}

ReportPart filePart(const ReportSource& source, const FailRule&)
{
    std::string text = fmt::format("<section>\n<h2>{}</h2>\n", escapedForMarkup(source.file));
    text += paragraph(source.format +
                          (source.producer.empty() ? "" : ", written by " + source.producer),
                      "second");
    for (const std::string& assumption : source.assumptions)
        text += paragraph(assumption, "second");
    if (source.profile.framework)
        text += paragraph("as " + nameOf(source.profile) + " sees it", "second");
    if (source.findings.empty())
        text += paragraph("No problems found.");
    for (const Finding& finding : source.findings)
        text += findingText(source, finding);
    const std::string gradients = gradientsAsText(source.gradients);
    if (!gradients.empty())
        text += "<pre>" + escapedForMarkup(gradients) + "</pre>\n";
    std::string rows;
    for (const ValueId id : source.graph.valuesOfKind(ValueKind::Weight))
        rows += weightRow(source, id);
    if (rows.empty())
        return {text +
                paragraph("No weights: no initializer of this model is one that is learned.") +
                "</section>\n"};
    return {text +
            fmt::format("<table>\n<caption>Weights and their gradients</caption>\n<thead><tr>"
                        "<th>Weight</th><th>Shape</th><th>Backstep</th><th>TensorFlow, {}</th>"
                        "<th>PyTorch</th><th>JAX</th><th>Cut by</th></tr></thead>\n<tbody>\n{}"
                        "</tbody>\n</table>\n</section>\n",
                        source.profile.isEager ? "eager" : "graph", rows)};
}

ReportPart failurePart(const std::string& file, const Error& error)
{
    return {
        fmt::format("<section>\n<h2>{}</h2>\n<article class=\"error\">\n<h3><span class=\"word\">"
                    "error</span>It cannot be checked</h3>\n{}</article>\n</section>\n",
                    escapedForMarkup(file), paragraph(error.text()))};
}

std::string document(std::span<const ReportPart> parts)
{
    std::string text =
        fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta "
                    "charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width="
                    "device-width\">\n<title>Gradient report</title>\n<style>{}</style>"
                    "\n</head>\n<body>\n<h1>Gradient report</h1>\n",
                    kStyle);
    for (const ReportPart& part : parts)
        text += part.text;
    return text + "</body>\n</html>\n";
}

}

ReportForm htmlForm()
{
    return {.word = "html", .file = filePart, .failure = failurePart, .document = document};
}

}
