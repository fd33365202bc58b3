#include "engine/exporters/report.h"

#include "engine/base/text.h"

#include <algorithm>

namespace backstep {

std::string shortName(std::string_view name)
{
    constexpr size_t kNameWidth = 72;
    // Long names are cut before they are made printable: one can have megabytes.
    constexpr size_t half = kNameWidth / 2 - 1;
    const std::string shown = printable(name.substr(0, 4 * kNameWidth));
    if (name.size() <= 4 * kNameWidth && characterCount(shown) <= kNameWidth)
        return shown;
    const auto cut = [](std::string_view text, size_t from, size_t length) {
        std::string part;
        size_t index = 0;
        for (const char c : text) {
            index += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
            if (index > from && index <= from + length)
                part += c;
        }
        return part;
    };
    const std::string end = printable(name.substr(name.size() - std::min(name.size(), half)));
    return cut(shown, 0, half) + "…" +
           cut(end, characterCount(end) - std::min(characterCount(end), half), half);
}

std::string_view nameOf(Severity severity)
{
    switch (severity) {
    case Severity::Error:
        return "error";
    case Severity::Warning:
        return "warning";
    case Severity::Info:
        return "info";
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
