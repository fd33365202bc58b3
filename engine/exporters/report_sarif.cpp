// SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
#include "engine/diagnostics/catalogue.h"
#include "engine/exporters/manual.h"
#include "engine/exporters/report_form.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace backstep {

namespace {

using nlohmann::ordered_json;

constexpr std::string_view kUnreadable = "cannot-be-checked";

std::string dumped(const ordered_json& object)
{
    return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

const char* levelOf(Severity severity)
{
    return severity == Severity::Error     ? "error"
           : severity == Severity::Warning ? "warning"
                                           : "note";
}

/// A path as a URI reference (RFC 3986): what it may not hold is written as %XX.
std::string uriOf(const std::string& path)
{
    std::string uri = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') ||
                             std::string_view("-._~/").find(c) != std::string_view::npos;
        uri += isPlain ? std::string(1, c)
                       : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<uint8_t>(c)));
    }
    return uri;
}

/// A model has no lines; code scanning wants one all the same.
ordered_json placeIn(const std::string& file)
{
    return {{"artifactLocation", {{"uri", uriOf(file)}}}, {"region", {{"startLine", 1}}}};
}

ordered_json ruleOf(const DiagnosticKind& kind, std::string_view family,
                    const std::map<std::string, std::string>& pages)
{
    const std::string page = std::string(kind.code) + ".md";
    return {
        {"id", kind.code},
        {"shortDescription", {{"text", kind.title}}},
        {"fullDescription", {{"text", kind.what}}},
        {"help",
         {{"text", fmt::format("{}\n\n{}", kind.why, kind.remedy)}, {"markdown", pages.at(page)}}},
        {"defaultConfiguration", {{"level", levelOf(kind.severity)}}},
        {"properties", {{"tags", {"gradient", family}}}}};
}

ordered_json rules()
{
    const std::map<std::string, std::string> pages = catalogueManual();
    ordered_json all = ordered_json::array();
    for (const KindFamily& family : kindFamilies())
        for (const DiagnosticKind* kind : family.kinds)
            all.push_back(ruleOf(*kind, family.title, pages));
    all.push_back({{"id", kUnreadable},
                   {"shortDescription", {{"text", "The file cannot be checked"}}},
                   {"help", {{"text", "Its message says what was found and what is wanted."}}},
                   {"defaultConfiguration", {{"level", "error"}}}});
    return all;
}

/// The same finding of the same op has the same print in every run, whatever its numbers are.
std::string printOf(const Finding& finding, const Node& node)
{
    uint64_t hash = 14695981039346656037ull; // FNV-1a
    for (const std::string_view part :
         {finding.kind->code, std::string_view(node.origin.name), std::string_view(node.op.type)}) {
        for (const char c : part)
            hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211ull;
        hash = (hash ^ 0xff) * 1099511628211ull; // between parts
    }
    return fmt::format("{:016x}", hash);
}

ordered_json resultOf(const ReportSource& source, const Finding& finding)
{
    const Graph& graph = source.graph;
    const bool hasNode = finding.node != kNoNode && graph.has(finding.node);
    const Node none;
    const Node& node = hasNode ? graph.node(finding.node) : none;
    ordered_json location{{"physicalLocation", placeIn(source.file)}};
    if (hasNode)
        location["logicalLocations"] = {{{"name", node.origin.name},
                                         {"fullyQualifiedName", placeText(graph, finding.node)},
                                         {"kind", "element"}}};
    std::string message = finding.message;
    for (const Fix& fix : finding.fixes)
        message += "\nFix: " + fix.title;
    ordered_json weights = ordered_json::array();
    for (const ValueId weight : finding.weights)
        if (graph.has(weight))
            weights.push_back(graph.value(weight).name);
    return {{"ruleId", finding.kind->code},
            {"level", levelOf(finding.severity())},
            {"message", {{"text", message}}},
            {"locations", {location}},
            {"partialFingerprints", {{"findingOfOp/v1", printOf(finding, node)}}},
            {"properties", {{"basis", nameOf(finding.basis)}, {"weights", weights}}}};
}

ReportPart filePart(const ReportSource& source, const FailRule&)
{
    ReportPart part;
    for (const Finding& finding : source.findings)
        part.text += (part.text.empty() ? "" : ",\n") + dumped(resultOf(source, finding));
    return part;
}

ReportPart failurePart(const std::string& file, const Error& error)
{
    return {dumped({{"ruleId", kUnreadable},
                    {"level", "error"},
                    {"message", {{"text", error.text()}}},
                    {"locations", {{{"physicalLocation", placeIn(file)}}}}})};
}

std::string document(std::span<const ReportPart> parts)
{
    std::string results;
    for (const ReportPart& part : parts)
        if (!part.text.empty())
            results += (results.empty() ? "" : ",\n") + part.text;
    const ordered_json driver{{"name", "Backstep"}, {"version", "0.1"}, {"rules", rules()}};
    return "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": "
           "\"2.1.0\", "
           "\"runs\": [{\"tool\": {\"driver\": " +
           dumped(driver) + "},\n\"columnKind\": \"unicodeCodePoints\",\n\"results\": [\n" +
           results + "\n]}]}\n";
}

}

ReportForm sarifForm()
{
    return {.word = "sarif", .file = filePart, .failure = failurePart, .document = document};
}

}
