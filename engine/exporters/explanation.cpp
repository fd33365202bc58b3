#include "engine/exporters/explanation.h"

#include "engine/base/text.h"
#include "engine/diagnostics/catalogue.h"
#include "engine/exporters/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace backstep {

namespace {

using nlohmann::ordered_json;

std::string frameworkOf(const TracebackCause& cause)
{
    return cause.pattern->framework ? std::string(nameOf(*cause.pattern->framework)) : "ONNX";
}

std::string_view wordsOf(const DiagnosticKind& kind, Framework framework)
{
    const std::string_view words[]{kind.tensorflow, kind.pytorch, kind.jax};
    return words[static_cast<size_t>(framework)];
}

bool isSymbolic(const DiagnosticKind* kind)
{
    const std::span<const DiagnosticKind* const> family = kindFamilies().back().kinds;
    return std::find(family.begin(), family.end(), kind) != family.end();
}

/// The causes of the NumPy message are easily mixed up: what the others would have said.
std::string othersOfTheFamily(const Explanation& explanation)
{
    std::string text;
    for (const DiagnosticKind* kind : kindFamilies().back().kinds) {
        bool isTold = false;
        for (const TracebackCause& cause : explanation.causes)
            isTold = isTold || cause.pattern->kind == kind;
        if (!isTold)
            text += fmt::format("   {} [{}] would say: {}\n", kind->title, kind->code,
                                wordsOf(*kind, Framework::TensorFlow));
    }
    return text.empty() ? text : "\nTold apart from\n" + text;
}

std::string placesText(const Explanation& explanation, size_t index, const Graph& graph)
{
    constexpr size_t kShown = 5;
    const std::vector<NodeId>& places = explanation.places[index];
    if (places.empty())
        return {};
    std::string text = fmt::format("   In {}:\n", printable(explanation.file));
    for (size_t i = 0; i < places.size() && i < kShown; ++i) {
        const Node& node = graph.node(places[i]);
        text += fmt::format("     {} ({})", shortName(placeText(graph, places[i])), node.op.type);
        if (!node.origin.layer.empty())
            text += ", layer " + shortName(node.origin.layer);
        text += "\n";
    }
    if (places.size() > kShown)
        text += fmt::format("     and {} more\n", places.size() - kShown);
    return text;
}

}

std::string explanationAsText(const Explanation& explanation, const Graph* graph)
{
    if (explanation.causes.empty())
        return "I don't know this one: no message in the text is one that Backstep knows.\n"
               "Paste the whole traceback, with its last lines, or open the model: backstep check "
               "MODEL.onnx\n";
    std::string text;
    for (size_t i = 0; i < explanation.causes.size(); ++i) {
        const TracebackCause& cause = explanation.causes[i];
        const DiagnosticKind& kind = *cause.pattern->kind;
        text += fmt::format("{}{}. {}  [{}]\n", i == 0 ? "" : "\n", i + 1, kind.title, kind.code);
        text += fmt::format("   {}: {}\n", frameworkOf(cause), printable(cause.excerpt));
        for (const std::string_view clue : cause.clues)
            text += fmt::format("   Speaks for it: {}\n", clue);
        text += fmt::format("   {}\n   {}\n", kind.what, kind.why);
        if (!cause.pattern->versions.empty())
            text += fmt::format("   Versions: {}\n", cause.pattern->versions);
        if (graph)
            text += placesText(explanation, i, *graph);
        text += fmt::format("   What to change: {}\n", kind.remedy);
    }
    if (isSymbolic(explanation.causes[0].pattern->kind))
        text += othersOfTheFamily(explanation);
    return text;
}

std::string explanationAsJson(const Explanation& explanation, const Graph* graph)
{
    ordered_json object{{"file", explanation.file}, {"causes", ordered_json::array()}};
    for (size_t i = 0; i < explanation.causes.size(); ++i) {
        const TracebackCause& cause = explanation.causes[i];
        const DiagnosticKind& kind = *cause.pattern->kind;
        ordered_json entry{{"code", kind.code},
                           {"title", kind.title},
                           {"framework", frameworkOf(cause)},
                           {"excerpt", cause.excerpt},
                           {"versions", cause.pattern->versions},
                           {"score", cause.score},
                           {"clues", cause.clues},
                           {"ops", cause.ops},
                           {"names", cause.names},
                           {"places", ordered_json::array()},
                           {"change", kind.remedy}};
        if (graph)
            for (const NodeId place : explanation.places[i])
                entry["places"].push_back(placeText(*graph, place));
        object["causes"].push_back(std::move(entry));
    }
    return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}
