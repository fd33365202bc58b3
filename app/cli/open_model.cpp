#include "app/cli/open_model.h"

#include "app/cli/applied_fixes.h"
#include "app/cli/commands.h"
#include "engine/base/date.h"
#include "engine/base/text.h"
#include "engine/formats/npz.h"
#include "engine/session/gradient_choices.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// Entries of the data by input name: their own names first, then input0 (= input), input1, ... by
/// position; "target" is for the loss. What is left over becomes a note.
std::map<std::string, Tensor> dataByInput(std::map<std::string, Tensor> entries, const Graph& graph,
                                          std::vector<std::string>& notes)
{
    std::map<std::string, Tensor> data;
    const auto take = [&](const std::string& entry, const std::string& input) {
        const auto found = entries.find(entry);
        if (found == entries.end() || data.contains(input))
            return;
        data[input] = std::move(found->second);
        entries.erase(found);
    };
    size_t position = 0;
    for (const ValueId id : graph.valuesOfKind(ValueKind::Input)) {
        const std::string& name = graph.value(id).name;
        take(name, name);
        take("input" + std::to_string(position), name);
        if (position++ == 0)
            take("input", name);
    }
    take("target", "target");
    std::vector<std::string> unused;
    for (const auto& [name, tensor] : entries)
        unused.push_back(printable(name));
    if (unused.size() > 4) {
        const size_t more = unused.size() - 4;
        unused.resize(4);
        unused.push_back(fmt::format("and {} more", more));
    }
    if (!unused.empty())
        notes.push_back("Not used of the data: " + join(unused, ", ") + ".");
    return data;
}

/// Free sizes as the data has them; what the user typed wins.
void bindSizes(const std::map<std::string, Tensor>& data, const Graph& graph,
               std::map<std::string, int64_t>& dimensions)
{
    for (const ValueId id : graph.valuesOfKind(ValueKind::Input)) {
        const ValueInfo& input = graph.value(id);
        const auto given = data.find(input.name);
        if (given == data.end())
            continue;
        const Shape& shape = given->second.shape();
        for (size_t axis = 0; axis < input.axisNames.size(); ++axis)
            if (!input.axisNames[axis].empty() && static_cast<int>(axis) < shape.rank())
                dimensions.try_emplace(input.axisNames[axis], shape[static_cast<int>(axis)]);
    }
}

/// Which ops OP means: the node of this name, else all of this type, else the node before "@3-5".
Result<GradientTarget> targetNamed(const std::string& op, const Graph& graph)
{
    const Result<std::vector<NodeId>> nodes = opsNamed("--gradient", op, graph);
    if (const Result<GradientTarget> someSteps = targetAtTimesteps(op);
        !nodes && someSteps && !nodesOf(graph, *someSteps).empty())
        return *someSteps;
    if (!nodes)
        return nodes.error();
    const bool isNode = graph.node(nodes->front()).origin.name == op;
    return GradientTarget{isNode ? GradientTarget::Scope::Node : GradientTarget::Scope::OpType, op};
}

Result<void> attachGradients(DebugSession& session, const ModelOptions& options)
{
    for (const GradientOption& gradient : options.gradients) {
        const Result<GradientTarget> target =
            targetNamed(gradient.op, *session.snapshot()->document->graph);
        if (!target)
            return target.error();
        const Result<void> attached =
            session.attach({*target, gradient.expression, options.surrogateReason,
                            options.surrogateReason.empty() ? "" : today()});
        if (!attached) {
            Error error = attached.error();
            error.message = fmt::format("--gradient for '{}':\n{}", printable(gradient.op),
                                        errorUnderText(gradient.expression, error));
            error.hint.clear();
            return error;
        }
    }
    return {};
}

}

void openModel(OpenedModel& opened, const std::string& path, const ModelOptions& options,
               std::stop_token stop)
{
    const auto fail = [&opened](Error error, int exitCode) {
        opened.error = std::move(error);
        opened.exitCode = exitCode;
    };
    OpenOptions open;
    open.dimensions = options.dimensions;
    open.widened = options.widened;
    open.loss = options.loss;
    open.profile = options.profile;
    open.recording.keptBytes = options.memory;
    open.recording.threads = options.threads;
    open.inputs.seed = options.seed;
    open.forwards = options.forwards;
    Result<void> isOpen = opened.session.open(path, open, stop);
    if (!isOpen) {
        const bool isTyped = isOpen.error().code == "forward";
        return fail(isOpen.takeError(), isTyped ? kUsage : kUnreadable);
    }
    if (!options.inputs.empty()) {
        const Result<FileView> file = FileView::open(options.inputs);
        if (!file)
            return fail(file.error(), kUnreadable);
        Result<std::map<std::string, Tensor>> entries = readNpz(*file);
        if (!entries)
            return fail(entries.takeError(), kUnreadable);
        // Only the open model tells what its inputs are called and which of their sizes are free.
        const Graph& graph = *opened.session.snapshot()->document->graph;
        open.inputs.given = dataByInput(std::move(*entries), graph, opened.notes);
        bindSizes(open.inputs.given, graph, open.dimensions);
        isOpen = opened.session.open(path, open, stop);
        if (!isOpen)
            return fail(isOpen.takeError(), kUsage);
    }
    if (options.isLossTyped && !(opened.session.snapshot()->document->loss == options.loss))
        if (Result<void> set = opened.session.setLoss(options.loss); !set)
            return fail(set.takeError(), kUsage);
    if (Result<void> attached = attachGradients(opened.session, options); !attached)
        return fail(attached.takeError(), kUsage);
    if (Result<void> fixed = applyFixes(opened.session, options.fixes, opened.notes); !fixed)
        fail(fixed.takeError(), kUsage);
}

Error noSuchOp(const char* option, const std::string& op, const Graph& graph)
{
    std::vector<std::string> known;
    for (const NodeId id : graph.nodeIds())
        if (graph.node(id).origin.phase == Phase::Forward)
            known.insert(known.end(), {graph.node(id).origin.name, graph.node(id).op.type});
    const std::string near = closestWord(op, known);
    return {"usage",
            fmt::format("{}: the model has no op named '{}' and none of this type.", option,
                        printable(op)),
            near.empty() ? "" : "Did you mean '" + near + "'?"};
}

ReportSource reportSource(const Snapshot& snapshot, const std::string& path,
                          const FindingList& findings)
{
    const ModelSource& source = *snapshot.document->source;
    return {path,
            source.format,
            source.producer,
            snapshot.assumptions,
            *snapshot.document->graph,
            *snapshot.report,
            findings,
            "backstep run " + shellWord(path),
            snapshot.frameworks.get(),
            snapshot.document->profile};
}

bool hasIncompleteWeight(const Snapshot& snapshot)
{
    const std::vector<ValueId> weights = snapshot.document->graph->valuesOfKind(ValueKind::Weight);
    return std::any_of(weights.begin(), weights.end(), [&](ValueId weight) {
        const auto arrival = snapshot.report->targets.find(weight);
        return arrival != snapshot.report->targets.end() && arrival->second.isIncomplete;
    });
}

int tellFailure(const OpenedModel& opened, const std::string& path, bool isJson)
{
    if (opened.exitCode == kUsage)
        fmt::print(stderr, "{}\n", opened.error->text());
    else
        fmt::print("{}", isJson ? failureAsJson(path, *opened.error)
                                : failureAsText(path, *opened.error));
    return opened.exitCode;
}

}
