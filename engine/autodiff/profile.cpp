#include "engine/autodiff/profile.h"

#include "engine/autodiff/op_opinions.h"

#include <algorithm>

namespace backstep {

namespace {

FlowRules rulesOf(Framework framework, bool isEager, const std::map<NodeId, OpOpinion>& opinions)
{
    FlowRules rules;
    rules.tracking = framework == Framework::TensorFlow ? Tracking::Floats
                     : framework == Framework::PyTorch  ? Tracking::Gradients
                                                        : Tracking::Tangents;
    rules.fillsLoops = framework == Framework::TensorFlow && !isEager;
    const GradientState lackState = framework == Framework::TensorFlow
                                        ? GradientState::NotDifferentiable
                                        : GradientState::NoRule;
    for (const auto& [node, opinion] : opinions)
        rules.ops[number(node)] = {opinion.state, opinion.lacks, lackState};
    return rules;
}

/// Inputs of these types and sizes stop the framework before it has a loss.
bool failsForward(Framework framework, const Graph& graph, const Node& node)
{
    if (!node.problem)
        return false;
    if (node.problem->kind == NodeProblem::Shape)
        return true;
    if (node.problem->kind != NodeProblem::Dtype)
        return false;
    const bool readsText = std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
        return input != kNoValue && graph.value(input).type.dtype == DType::String;
    });
    return readsText || framework != Framework::Jax; // JAX widens what it can
}

/// Ops at which the framework raises.
std::vector<NodeId> raisingOps(const Graph& graph, const GradientTable& table, Framework framework,
                               const FrameworkAnswer& answer)
{
    const auto isTracked = [&](ValueId value) {
        return value != kNoValue && answer.flow.reachable.contains(value);
    };
    std::vector<NodeId> raising;
    for (const auto& [id, opinion] : answer.opinions) {
        const Node& node = graph.node(id);
        if (!table.custom(id).empty() && !table.rest(id))
            continue;
        bool raises = false;
        if (opinion.state == GradientState::NoRule)
            raises = std::any_of(node.inputs.begin(), node.inputs.end(), isTracked);
        else if (framework != Framework::TensorFlow)
            for (const int position : opinion.lacks)
                raises = raises || (static_cast<size_t>(position) < node.inputs.size() &&
                                    isTracked(node.inputs[static_cast<size_t>(position)]));
        const bool hasArrival =
            std::any_of(node.outputs.begin(), node.outputs.end(), [&](ValueId output) {
                return output != kNoValue && answer.flow.at(output).flow != Flow::None;
            });
        // JAX asks for the rule while it goes forward, whatever becomes of the result.
        if (raises && (hasArrival || (framework == Framework::Jax && !opinion.raisesOnArrivalOnly)))
            raising.push_back(id);
    }
    return raising;
}

Says saysOf(Framework framework, const FrameworkAnswer& answer, const Arrival& arrival)
{
    if (answer.isForwardFailing || answer.isLossDetached)
        return Says::Raises;
    if (framework != Framework::PyTorch && !answer.raising.empty())
        return Says::Raises;
    if (arrival.flow == Flow::None)
        return framework == Framework::Jax ? Says::Zero : Says::None;
    // PyTorch raises only for what lies behind the op.
    const bool isBehind = std::any_of(answer.raising.begin(), answer.raising.end(),
                                      [&](NodeId op) { return arrival.cutBy.contains(op); });
    if (isBehind || arrival.flow == Flow::Blocked)
        return Says::Raises;
    return arrival.flow == Flow::Zero ? Says::Zero : Says::Value;
}

}

std::optional<Profile> profileNamed(std::string_view word)
{
    if (word == "backstep")
        return Profile{};
    if (word == "tensorflow" || word == "tensorflow:graph")
        return Profile{Framework::TensorFlow, false};
    if (word == "tensorflow:eager")
        return Profile{Framework::TensorFlow, true};
    if (word == "pytorch")
        return Profile{Framework::PyTorch, false};
    if (word == "jax")
        return Profile{Framework::Jax, false};
    return std::nullopt;
}

std::string nameOf(const Profile& profile)
{
    if (!profile.framework)
        return "Backstep";
    std::string name(nameOf(*profile.framework));
    if (*profile.framework == Framework::TensorFlow)
        name += profile.isEager ? ", eager" : ", graph";
    return name;
}

std::string_view wordOf(Says says)
{
    static constexpr std::string_view words[]{"value", "zero", "None", "raises"};
    return words[static_cast<size_t>(says)];
}

FrameworkAnswer askFramework(const Graph& graph, ValueId loss, std::span<const ValueId> targets,
                             const GradientTable& table, Framework framework, bool isEager)
{
    FrameworkAnswer answer;
    answer.opinions = opinionsOf(framework, graph);
    // Inputs of the model are data: only weights are asked for.
    std::vector<ValueId> weights;
    for (const ValueId target : targets)
        if (graph.value(target).kind == ValueKind::Weight)
            weights.push_back(target);
    answer.flow =
        analyseFlow(graph, loss, weights, table, rulesOf(framework, isEager, answer.opinions));
    answer.raising = raisingOps(graph, table, framework, answer);
    for (const NodeId id : graph.nodeIds())
        answer.isForwardFailing =
            answer.isForwardFailing || failsForward(framework, graph, graph.node(id));
    const auto& arrivals = answer.flow.report.targets;
    answer.isLossDetached =
        framework == Framework::PyTorch && loss != kNoValue && !arrivals.empty() &&
        std::all_of(arrivals.begin(), arrivals.end(),
                    [](const auto& each) { return each.second.flow == Flow::None; });
    for (const auto& [target, arrival] : arrivals)
        answer.says[target] = saysOf(framework, answer, arrival);
    return answer;
}

const FrameworkAnswer& FrameworkAnswers::of(Framework framework, bool isEager) const
{
    switch (framework) {
    case Framework::TensorFlow:
        return isEager ? tensorflowEager : tensorflowGraph;
    case Framework::PyTorch:
        return pytorch;
    case Framework::Jax:
        break;
    }
    return jax;
}

FrameworkAnswers askFrameworks(const Graph& graph, ValueId loss, std::span<const ValueId> targets,
                               const GradientTable& table)
{
    const auto ask = [&](Framework framework, bool isEager) {
        return askFramework(graph, loss, targets, table, framework, isEager);
    };
    return {ask(Framework::TensorFlow, false), ask(Framework::TensorFlow, true),
            ask(Framework::PyTorch, false), ask(Framework::Jax, false)};
}

}
