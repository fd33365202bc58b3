#include "engine/exporters/report.h"

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
