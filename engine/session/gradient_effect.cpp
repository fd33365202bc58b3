#include "engine/session/gradient_effect.h"

#include "engine/checks/single_op.h"
#include "engine/session/forwards.h"
#include "engine/session/gradient_choices.h"
#include "engine/session/live_pass.h"

#include <algorithm>

namespace backstep {

namespace {

/// Runs the whole pass; false when it was given up.
bool runs(LivePass& pass, std::stop_token stop, std::chrono::milliseconds patience)
{
    constexpr Position kSlice = 50'000;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (pass.reached() < pass.plan().size()) {
        const Position until = std::min(pass.plan().size(), pass.reached() + kSlice);
        if (pass.run(until, false, stop, {}).reason != Stop::Reached ||
            std::chrono::steady_clock::now() > end)
            return pass.reached() == pass.plan().size();
    }
    return true;
}

/// Builds the op with its gradient out of the types of its inputs; nothing is run.
Result<void> compiles(const Graph& graph, const Node& node, const CustomGradient& custom)
{
    const auto zeros = [&](ValueId value) {
        const ValueInfo& info = graph.value(value);
        return info.content.isNull() ? Tensor(info.type) : info.content;
    };
    Result<CheckedFunction> function = singleOp(graph, node, zeros, &custom);
    if (!function)
        return {}; // the op itself cannot stand alone: nothing is said of the gradient
    const Result<WeighedGradient> gradient = withGradient(*function);
    if (!gradient)
        return gradient.error();
    return {};
}

bool hasKnownTypes(const Graph& graph, const Node& node)
{
    return std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
        return input == kNoValue || graph.value(input).type.dtype != DType::Undefined;
    });
}

Arrival arrivalAt(const ConversionReport& report, ValueId weight)
{
    const auto found = report.targets.find(weight);
    return found == report.targets.end() ? Arrival{} : found->second;
}

/// How the weights fare now, by name: an import anew gives other ids.
std::map<std::string, Arrival> arrivalsNow(const Snapshot& snapshot)
{
    std::map<std::string, Arrival> arrivals;
    for (const ValueId weight : snapshot.program->valuesOfKind(ValueKind::Weight))
        arrivals[snapshot.program->value(weight).name] = arrivalAt(*snapshot.report, weight);
    return arrivals;
}

GradientEffect effectOfDocument(const Snapshot& snapshot, const Document& next,
                                std::stop_token stop, std::chrono::milliseconds patience)
{
    GradientEffect effect;
    IdBook scrap;
    Result<Program> program = buildProgram(next, scrap);
    if (!program) {
        effect.error = program.takeError();
        return effect;
    }
    const std::map<std::string, Arrival> before = arrivalsNow(snapshot);
    LivePass pass(*program);
    const bool isRun = runs(pass, stop, patience);
    for (const ValueId weight : program->graph->valuesOfKind(ValueKind::Weight)) {
        const ValueInfo& info = program->graph->value(weight);
        const auto known = before.find(info.name);
        WeightEffect row{info.name, info.type.shape,
                         known == before.end() ? Arrival{} : known->second,
                         arrivalAt(*program->report, weight), std::nullopt};
        const auto cotangent = program->cotangents.find(weight);
        if (isRun && cotangent != program->cotangents.end()) {
            const ValueSnapshot value = pass.value({cotangent->second, {}}, pass.reached());
            if (!value.tensor.isNull())
                row.norm = value.norm;
        }
        effect.weights.push_back(std::move(row));
    }
    std::stable_partition(effect.weights.begin(), effect.weights.end(),
                          [](const WeightEffect& row) {
                              return row.before.flow != row.after.flow ||
                                     row.before.isIncomplete != row.after.isIncomplete;
                          });
    return effect;
}

}

Result<void> fits(const Snapshot& snapshot, const GradientChoice& choice)
{
    constexpr size_t kMostNodes = 8; // of one type and alike: more would say the same
    if (!snapshot.program)
        return Error{"nothing-open", "There is no model."};
    const Graph& graph = *snapshot.program;
    std::vector<NodeId> nodes = nodesOf(graph, choice.target);
    nodes.resize(std::min(nodes.size(), kMostNodes));
    for (const NodeId id : nodes) {
        const Node& node = graph.node(id);
        const Result<CustomGradient> custom = customGradient(graph, node, choice);
        if (!custom)
            return custom.error();
        if (!hasKnownTypes(graph, node))
            continue;
        if (Result<void> compiled = compiles(graph, node, *custom); !compiled)
            return compiled;
    }
    return {};
}

GradientEffect effectOf(const Snapshot& snapshot, const GradientChoice& choice,
                        std::stop_token stop, std::chrono::milliseconds patience)
{
    if (!snapshot.document)
        return {Error{"nothing-open", "There is no model."}, {}};
    Document next = *snapshot.document;
    std::erase_if(next.gradients, [&](const auto& other) { return other.target == choice.target; });
    next.gradients.push_back(choice);
    return effectOfDocument(snapshot, next, stop, patience);
}

GradientEffect effectOf(const Snapshot& snapshot, const ForwardChoice& choice, std::stop_token stop,
                        std::chrono::milliseconds patience)
{
    if (!snapshot.document)
        return {Error{"nothing-open", "There is no model."}, {}};
    Result<Document> next = withForward(*snapshot.document, choice);
    if (!next)
        return {next.takeError(), {}};
    return effectOfDocument(snapshot, *next, stop, patience);
}

}
