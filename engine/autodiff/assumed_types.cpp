// Gradients of ops that read something whose type nobody states: behind an op that nobody knows
// (SEMANTICS R16). They cannot be computed, and may not even fit.

#include "engine/autodiff/differentiator.h"
#include "engine/ops/call_operands.h"

#include <fmt/format.h>

namespace backstep {

/// Those of its rule; where that does not fit what is assumed, nodes that cannot run.
Differentiator::Parts Differentiator::partsOfAssumed(Context& context, const Node& node,
                                                     const StandingRule& rule,
                                                     const std::vector<bool>& wanted,
                                                     const std::vector<Value>& cotangents,
                                                     GraphBuilder& builder)
{
    if (!fitsItsRule(graph(), node))
        return unknownParts(node, wanted, cotangents, builder);
    GraphBuilder attempt = builderFor(context.backward, node.id);
    attempt.runOnlyAt(rule.steps);
    std::vector<Value> arriving;
    for (const Value& each : cotangents)
        arriving.push_back(each.isPresent() ? attempt.use(each.id()) : Value());
    Parts parts;
    for (const auto& [input, part] : partsOf(node, rule, wanted, arriving, attempt))
        if (part.isPresent())
            parts.emplace_back(input, builder.use(part.id()));
    return attempt.error() ? unknownParts(node, wanted, cotangents, builder) : parts;
}

Differentiator::Parts Differentiator::unknownParts(const Node& node,
                                                   const std::vector<bool>& wanted,
                                                   const std::vector<Value>& cotangents,
                                                   GraphBuilder& builder)
{
    Parts parts;
    for (size_t i = 0; i < wanted.size(); ++i) {
        if (!wanted[i])
            continue;
        Node unknown;
        unknown.op = {node.op.type + "Grad", "unknown"};
        unknown.problem = std::make_shared<const NodeProblem>(NodeProblem{
            NodeProblem::Unsupported,
            fmt::format("The gradient of '{}' does not fit the shape that is assumed for '{}'.",
                        node.origin.name, graph().value(node.inputs[i]).name),
            "Say what the op before it computes, then its shape is known."});
        for (const Value& each : cotangents)
            if (each.isPresent())
                unknown.inputs.push_back(each.id());
        ValueInfo info;
        info.type = graph().value(node.inputs[i]).type;
        const Value part = builder.declare(std::move(info));
        unknown.outputs = {part.id()};
        builder.addNode(std::move(unknown));
        parts.emplace_back(i, part);
    }
    return parts;
}

}
