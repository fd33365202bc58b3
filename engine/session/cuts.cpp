#include "engine/session/cuts.h"

#include "engine/base/text.h"
#include "engine/ops/stop_gradient.h"
#include "engine/session/gradient_choices.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

bool standsFor(const Document& document, const GradientChoice& choice, NodeId node)
{
    const std::vector<NodeId> nodes = nodesOf(*document.graph, choice.target);
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

/// Cut by the file, and not given a gradient again.
bool isCutByFile(const Document& document, NodeId node)
{
    return document.graph->node(node).op == stopGradientOp() &&
           std::none_of(document.gradients.begin(), document.gradients.end(),
                        [&](const auto& choice) { return standsFor(document, choice, node); });
}

}

bool isCutAt(const Document& document, NodeId node)
{
    return isCutByFile(document, node) ||
           std::any_of(document.gradients.begin(), document.gradients.end(),
                       [&](const auto& choice) {
                           return isCut(choice.text) && standsFor(document, choice, node);
                       });
}

Result<Document> withoutCut(const Document& document, NodeId node)
{
    if (!document.graph->has(node) || !isCutAt(document, node))
        return Error{"fix", fmt::format("The gradient is not cut at '{}'.",
                                        document.graph->has(node)
                                            ? printable(document.graph->node(node).origin.name)
                                            : "this op")};
    Document next = document;
    if (isCutByFile(document, node)) {
        const std::string& name = document.graph->node(node).origin.name;
        next.gradients.push_back({{GradientTarget::Scope::Node, name}, "dy"});
    } else {
        std::erase_if(next.gradients, [&](const auto& choice) {
            return isCut(choice.text) && standsFor(document, choice, node);
        });
    }
    return next;
}

}
