// Cotangents that are 0 by precision and not by rule: the rule that made them is computed again in
// float64, on the very values that it read.

#include "engine/base/text.h"
#include "engine/checks/backward_rules.h"
#include "engine/checks/checks.h"
#include "engine/checks/run_places.h"
#include "engine/diagnostics/catalogue.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace backstep {

namespace {

/// A hundredth lost: below it, rounding takes more from the numbers that are left.
constexpr double kNotableShare = 0.01;
/// Products of a few larger numbers do not fall below the smallest of float32.
constexpr double kSmallInFloat32 = 1e-12;

using Values = std::map<ValueId, Tensor>;

/// What one rule has lost.
struct Loss {
    int64_t lost = 0, nonZero = 0;
    double largest = 0; ///< of what was lost
    DType dtype = DType::Undefined;
    std::vector<TimestepRange> timesteps;
    double share() const { return static_cast<double>(lost) / static_cast<double>(nonZero); }

    void add(const Tensor& narrow, const Tensor& wide)
    {
        dtype = narrow.dtype();
        for (int64_t i = 0; i < wide.count(); ++i) {
            const double number = wide.number(i);
            if (number == 0 || !std::isfinite(number))
                continue;
            ++nonZero;
            if (narrow.number(i) != 0)
                continue;
            ++lost;
            largest = std::max(largest, std::abs(number));
        }
    }
};

bool isNarrow(DType dtype)
{
    return dtype == DType::Float32 || dtype == DType::Float16 || dtype == DType::BFloat16;
}

bool holdsZero(const Tensor& tensor)
{
    for (int64_t i = 0; i < tensor.count(); ++i)
        if (tensor.number(i) == 0)
            return true;
    return false;
}

/// A rule may lose something of it.
bool holdsSmall(const Tensor& tensor)
{
    if (tensor.dtype() != DType::Float32)
        return isNarrow(tensor.dtype());
    for (int64_t i = 0; i < tensor.count(); ++i)
        if (const double size = std::abs(tensor.number(i)); size > 0 && size < kSmallInFloat32)
            return true;
    return false;
}

Attributes wideAttributes(const Node& node)
{
    Attributes attributes = node.attributes;
    if (attributes.has("to") && isNarrow(static_cast<DType>(attributes.integer("to", 0))))
        attributes.set("to", static_cast<int64_t>(DType::Float64));
    return attributes;
}

/// What the rule reads at a timestep and does not make itself; nothing where some of it is missing.
std::optional<Values> operandsOf(const RunSubject& subject, const BackwardRule& rule,
                                 const TimestepPath& at)
{
    const Graph& graph = subject.plan.graph();
    Values operands;
    for (const NodeId id : rule.ops)
        for (const ValueId input : graph.node(id).inputs) {
            const NodeId maker = input == kNoValue ? kNoNode : graph.value(input).producer;
            if (input == kNoValue || operands.contains(input) ||
                std::find(rule.ops.begin(), rule.ops.end(), maker) != rule.ops.end())
                continue;
            operands[input] = valueSeen(subject, input, at);
            if (operands[input].isNull())
                return std::nullopt;
        }
    return operands;
}

/// Everything that the rule makes of them in float64; nothing where an op does not compute.
std::optional<Values> computedWide(const Graph& graph, const BackwardRule& rule, Values values)
{
    for (auto& [id, tensor] : values)
        if (isNarrow(tensor.dtype()))
            tensor = tensor.converted(DType::Float64);
    for (const NodeId id : rule.ops) {
        const Node& node = graph.node(id);
        if (node.outputs.empty())
            continue;
        std::vector<Tensor> inputs;
        for (const ValueId input : node.inputs)
            inputs.push_back(input == kNoValue ? Tensor() : values[input]);
        const Result<std::vector<Tensor>> outputs =
            evaluate(node.op, wideAttributes(node), inputs, node.outputs.size());
        if (!outputs)
            return std::nullopt;
        for (size_t i = 0; i < outputs->size() && i < node.outputs.size(); ++i)
            values[node.outputs[i]] = (*outputs)[i];
    }
    return values;
}

/// False where the rule cannot be computed again.
bool addLoss(const RunSubject& subject, const BackwardRule& rule, const TimestepPath& at,
             Loss& loss)
{
    const Graph& graph = subject.plan.graph();
    Values seen;
    for (const ValueId result : rule.results)
        if (Tensor tensor = valueSeen(subject, result, at); isNarrow(tensor.dtype()))
            seen[result] = std::move(tensor);
    if (std::none_of(seen.begin(), seen.end(), [](const auto& v) { return holdsZero(v.second); }))
        return true;
    const std::optional<Values> operands = operandsOf(subject, rule, at);
    if (!operands)
        return false;
    if (std::none_of(operands->begin(), operands->end(),
                     [](const auto& v) { return holdsSmall(v.second); }))
        return true;
    const std::optional<Values> wide = computedWide(graph, rule, *operands);
    if (!wide)
        return false;
    const int64_t before = loss.lost;
    for (const auto& [result, narrow] : seen)
        if (const auto found = wide->find(result);
            found != wide->end() && found->second.count() == narrow.count())
            loss.add(narrow, found->second);
    if (loss.lost > before && at.depth > 0)
        loss.timesteps.push_back({at.t[0], at.t[0]});
    return true;
}

std::optional<Loss> lossOf(const RunSubject& subject, const BackwardRule& rule)
{
    const Graph& graph = subject.plan.graph();
    Loss loss;
    if (!rule.runsAlways)
        return std::nullopt;
    for (const TimestepPath& at : placesLookedAt(graph, graph.node(rule.ops.front())))
        if (!addLoss(subject, rule, at, loss))
            return std::nullopt;
    return loss.lost > 0 && loss.share() >= kNotableShare ? std::optional(loss) : std::nullopt;
}

/// The ops of one layer in one region are told once, by the one that loses most.
std::string groupOf(const Node& primal)
{
    const std::string& layer = primal.origin.layer;
    return fmt::format("{} {}", number(primal.region), layer.empty() ? primal.origin.name : layer);
}

struct Worst {
    NodeId node;
    Loss loss;
    int64_t others = 0;
};

}

void checkUnderflow(const RunSubject& subject, FindingList& findings)
{
    const Graph& graph = subject.plan.graph();
    std::map<std::string, Worst> worst;
    for (const BackwardRule& rule : backwardRules(graph)) {
        std::optional<Loss> loss = lossOf(subject, rule);
        if (!loss)
            continue;
        const auto [place, isNew] =
            worst.try_emplace(groupOf(graph.node(rule.primal)), Worst{rule.primal, *loss});
        Worst& known = place->second;
        known.others += !isNew;
        if (loss->share() > known.loss.share())
            known = {rule.primal, std::move(*loss), known.others};
    }
    for (const auto& [group, each] : worst) {
        const Loss& loss = each.loss;
        Finding finding = runFinding(
            subject, kinds::underflow, each.node,
            fmt::format("{}: {} of {} numbers that its gradient hands on are 0 in {} alone; in "
                        "float64 the same rule on the same values gives up to {:.2g}.{}",
                        opName(graph.node(each.node)), loss.lost, loss.nonZero, nameOf(loss.dtype),
                        loss.largest,
                        each.others > 0 ? fmt::format(" The same holds for {} of its layer.",
                                                      counted(each.others, "other op"))
                                        : ""));
        finding.timesteps = TimestepSet(loss.timesteps).ranges();
        // In float32 it takes a cotangent that has vanished already.
        finding.isNote = finding.isNote || loss.dtype == DType::Float32;
        addCatalogueWords(finding);
        findings.push_back(std::move(finding));
    }
}

}
