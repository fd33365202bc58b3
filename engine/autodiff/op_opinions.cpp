#include "engine/autodiff/op_opinions.h"

#include "engine/graph/values_at_hand.h"

#include <fmt/format.h>

#include <cctype>
#include <set>
#include <unordered_map>

namespace backstep {

namespace {

GradientState stateOf(GradientVerdict verdict)
{
    switch (verdict) {
    case GradientVerdict::Rule:
        return GradientState::Converted;
    case GradientVerdict::Zero:
        return GradientState::ZeroEverywhere;
    case GradientVerdict::None:
        return GradientState::NotDifferentiable;
    case GradientVerdict::Missing:
        break;
    }
    return GradientState::NoRule;
}

std::string missingText(Framework framework, std::string_view op)
{
    switch (framework) {
    case Framework::TensorFlow:
        return fmt::format("LookupError: gradient registry has no entry for: {}", op);
    case Framework::PyTorch:
        return fmt::format("RuntimeError: derivative for aten::{} is not implemented",
                           op.substr(0, op.find('.')));
    case Framework::Jax:
        break;
    }
    return fmt::format("NotImplementedError: Differentiation rule for '{}' not implemented", op);
}

std::string unknownText(Framework framework, std::string_view op)
{
    switch (framework) {
    case Framework::TensorFlow:
        return fmt::format("NotFoundError: Op type not registered '{}' in binary", op);
    case Framework::PyTorch:
        return fmt::format("AttributeError: '_OpNamespace' 'aten' object has no attribute '{}'",
                           op);
    case Framework::Jax:
        break;
    }
    return fmt::format("AttributeError: JAX has no function '{}'", op);
}

OpOpinion opinionFrom(Framework framework, const FrameworkOp& op, Basis basis)
{
    OpOpinion opinion;
    opinion.state = stateOf(op.verdict);
    opinion.basis = basis;
    opinion.function = op.name;
    opinion.lacks = op.lacks;
    if (op.verdict == GradientVerdict::Missing || !op.lacks.empty())
        opinion.exception =
            op.exception.empty() ? missingText(framework, op.name) : std::string(op.exception);
    return opinion;
}

/// "TruncateMod" as PyTorch and JAX would spell it: "truncate_mod".
std::string snakeCase(std::string_view name)
{
    std::string word;
    for (const char c : name) {
        const bool isUpper = c >= 'A' && c <= 'Z';
        if (isUpper && !word.empty())
            word += '_';
        word += isUpper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return word;
}

OpOpinion opinionOnForeign(Framework framework, const Node& node)
{
    const std::string& type = node.op.type;
    if (const FrameworkOp* op = frameworkOp(framework, type))
        return opinionFrom(framework, *op, Basis::SourceOp);
    if (const FrameworkOp* op = analogueOf(framework, type))
        return opinionFrom(framework, *op, Basis::ByAnalogy);
    if (const auto verdict = verdictByMathematics(type))
        return {stateOf(*verdict), Basis::ByAnalogy, {}, {}, {}, false};
    if (const FrameworkOp* op = frameworkOp(framework, snakeCase(type)))
        return opinionFrom(framework, *op, Basis::ByAnalogy);
    OpOpinion opinion;
    opinion.state = GradientState::NoRule;
    opinion.function = type;
    opinion.exception = unknownText(framework, type);
    return opinion;
}

/// A Loop whose number of rounds no one can tell beforehand.
OpOpinion opinionOnOpenLoop(Framework framework)
{
    OpOpinion opinion;
    opinion.function = framework == Framework::Jax ? "while" : "";
    if (framework == Framework::Jax) {
        opinion.state = GradientState::NoRule;
        opinion.raisesOnArrivalOnly = true;
        opinion.exception = "ValueError: Reverse-mode differentiation does not work for "
                            "lax.while_loop or lax.fori_loop with dynamic start/stop values.";
    }
    return opinion;
}

std::optional<OpOpinion> opinionOnSource(Framework framework, const std::string& name)
{
    if (framework == Framework::Jax && name == "while")
        return opinionOnOpenLoop(framework);
    const FrameworkOp* op = frameworkOp(framework, name);
    return op ? std::optional(opinionFrom(framework, *op, Basis::SourceOp)) : std::nullopt;
}

std::optional<OpOpinion> opinionByAnalogy(Framework framework, const Graph& graph, const Node& node)
{
    const bool isOpenLoop =
        node.isScan() ? node.attributes.has(std::string(kCountedByData)) : node.op.is("Loop");
    if (isOpenLoop)
        return opinionOnOpenLoop(framework);
    if (!node.op.domain.empty() || node.isScan())
        return std::nullopt;
    bool hasFloatingOutput = node.outputs.empty();
    for (const ValueId output : node.outputs)
        hasFloatingOutput = hasFloatingOutput || mayCarry(graph, output);
    const FrameworkOp* op = analogueOf(framework, node.op.type);
    OpOpinion opinion;
    if (op)
        opinion = opinionFrom(framework, *op, Basis::ByAnalogy);
    else if (const auto verdict = verdictByMathematics(node.op.type))
        opinion.state = stateOf(*verdict);
    else
        return std::nullopt;
    opinion.lacks.clear(); // positions are those of the framework's function
    if (!hasFloatingOutput)
        opinion.state = GradientState::DtypeCarriesNone;
    return opinion;
}

/// The members of every source group of the framework.
std::unordered_map<const SourceOp*, std::vector<NodeId>> groupsOf(Framework framework,
                                                                  const Graph& graph)
{
    std::unordered_map<const SourceOp*, std::vector<NodeId>> groups;
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.sourceOp && node.origin.sourceOp->framework == wordOf(framework))
            groups[node.origin.sourceOp.get()].push_back(id);
    }
    return groups;
}

/// Members whose results leave the group: the others hand on as usual, the verdict stands there.
std::set<NodeId> exitsOf(const Graph& graph, const std::vector<NodeId>& group,
                         const std::unordered_map<uint32_t, std::vector<NodeId>>& readers)
{
    const std::set<NodeId> members(group.begin(), group.end());
    std::set<NodeId> exits;
    for (const NodeId id : group)
        for (const ValueId output : graph.node(id).outputs) {
            const auto found = readers.find(number(output));
            bool leaves = found == readers.end(); // the end of a body, or of the graph
            if (found != readers.end())
                for (const NodeId reader : found->second)
                    leaves = leaves || !members.contains(reader);
            if (leaves)
                exits.insert(id);
        }
    return exits;
}

}

std::map<NodeId, OpOpinion> opinionsOf(Framework framework, const Graph& graph)
{
    std::map<NodeId, OpOpinion> opinions;
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase != Phase::Forward)
            continue;
        if (node.problem && node.problem->kind == NodeProblem::UnknownOp)
            opinions[id] = opinionOnForeign(framework, node);
        else if (auto opinion = opinionByAnalogy(framework, graph, node))
            opinions[id] = std::move(*opinion);
    }
    const auto groups = groupsOf(framework, graph);
    if (groups.empty())
        return opinions;
    std::unordered_map<uint32_t, std::vector<NodeId>> readers;
    for (const NodeId id : graph.nodeIds())
        for (const ValueId input : graph.node(id).inputs)
            readers[number(input)].push_back(id);
    for (const auto& [source, members] : groups) {
        const std::optional<OpOpinion> judged = opinionOnSource(framework, source->op);
        if (!judged)
            continue;
        const std::set<NodeId> exits = exitsOf(graph, members, readers);
        for (const NodeId id : members) {
            OpOpinion opinion = *judged;
            opinion.lacks.clear();
            const auto known = opinions.find(id);
            if (known != opinions.end() && known->second.state == GradientState::DtypeCarriesNone &&
                opinion.state != GradientState::NoRule)
                opinion.state = GradientState::DtypeCarriesNone;
            else if (!exits.contains(id))
                opinion.state = GradientState::Converted;
            opinions[id] = std::move(opinion);
        }
    }
    return opinions;
}

}
