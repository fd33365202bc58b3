#include "engine/exporters/report.h"

#include <algorithm>

namespace backstep {

std::string_view nameOf(Severity severity)
{
    switch (severity) {
    case Severity::Error: return "error";
    case Severity::Warning: return "warning";
    case Severity::Info: return "info";
    }
    return "";
}

std::string shellWord(const std::string& text)
{
    const auto isPlain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._/-").find(c) != std::string_view::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), isPlain))
        return text;
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string placeText(const Graph& graph, NodeId id)
{
    const Node& node = graph.node(id);
    if (graph.depth(node.region) != 1)
        return node.origin.name;
    const int64_t stepCount = graph.stepCount(node.region);
    if (stepCount <= 1)
        return node.origin.name + "@0";
    return node.origin.name + "@0-" + std::to_string(stepCount - 1);
}

}
