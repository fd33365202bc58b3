#include "engine/session/program.h"

#include "engine/autodiff/differentiate.h"
#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/diagnostics/catalogue.h"
#include "engine/execution/recording.h"
#include "engine/passes/passes.h"
#include "engine/session/gradient_choices.h"
#include "engine/session/insertions.h"
#include "engine/session/made_up_data.h"
#include "engine/training/loss.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <set>
#include <thread>

namespace backstep {

namespace {

LossForm formOf(const Document& document)
{
    if (document.loss.kind == LossKind::Sum)
        return LossForm::Sum;
    if (document.loss.kind == LossKind::MeanSquare)
        return LossForm::MeanSquare;
    const auto target = document.inputs.given.find(std::string(kTargetName));
    const bool isOneHot =
        target != document.inputs.given.end() && floating.has(target->second.dtype());
    return isOneHot ? LossForm::CrossEntropyOneHot : LossForm::CrossEntropyIndex;
}

std::string lossSentence(const Graph& graph, const Document& document, const GraphOutput& output)
{
    if (output.value == kNoValue)
        return "no loss: no output is floating";
    const char* what = document.loss.kind == LossKind::Sum          ? "sum"
                       : document.loss.kind == LossKind::MeanSquare ? "mean square distance"
                                                                    : "cross-entropy";
    std::string text = fmt::format("loss = {} of output '{}'", what, printable(output.name));
    if (document.loss.kind != LossKind::Sum)
        text += " and the target";
    std::string others;
    for (const GraphOutput& other : graph.outputs)
        if (other.name != output.name)
            others += (others.empty() ? "'" : ", '") + printable(other.name) + "'";
    return others.empty() ? text : text + "; other outputs: " + others;
}

/// Weights, and inputs that can carry a cotangent; the target is neither.
std::vector<ValueId> targetsOf(const Graph& graph)
{
    std::vector<ValueId> targets = graph.valuesOfKind(ValueKind::Weight);
    for (ValueId id : graph.valuesOfKind(ValueKind::Input))
        if (isFloating(graph.value(id).type.dtype) && graph.value(id).name != kTargetName)
            targets.push_back(id);
    return targets;
}

Result<void> addLossTo(Graph& graph, const Document& document, Program& program)
{
    Result<GraphOutput> output = lossOutput(graph, document.loss.output);
    if (!output)
        return output.takeError();
    program.assumptions.push_back(lossSentence(graph, document, *output));
    if (output->value == kNoValue)
        return {};
    if (Result<void> added = addLoss(graph, *output, formOf(document)); !added)
        return added;
    sinkIntoBodies(graph);
    return graph.sortTopologically();
}

}

namespace {

/// A gradient of the file that no longer fits is lost as long as nobody looks at it.
void addOrphans(FindingList& findings, const Graph& graph, const Document& document)
{
    for (const OrphanedGradient& orphan : document.orphans) {
        Finding finding;
        finding.kind = &kinds::customLost;
        if (const std::vector<NodeId> nodes = nodesOf(graph, orphan.choice.target);
            !nodes.empty()) {
            finding.node = nodes.front();
            finding.timesteps = allTimesteps(graph, finding.node);
        }
        const std::string whose = fmt::format("{} '{}'", nameOf(orphan.choice.target.scope),
                                              printable(textOf(orphan.choice.target)));
        if (orphan.choice.text.empty()) {
            finding.message = fmt::format("{} has a gradient of its own: {}. Until it is given "
                                          "again, the derivative of the forward stands in.",
                                          whose, orphan.why);
            finding.fixes = {remedyOf(*finding.kind)};
        } else {
            finding.message =
                fmt::format("The file keeps a gradient for {} that is not applied: {}. It is "
                            "dx = {}",
                            whose, orphan.why, printable(orphan.choice.text));
            finding.fixes = {{"Attach it again, if it is still meant", FixKind::GradientOnly,
                              orphan.choice.text}};
        }
        findings.push_back(std::move(finding));
    }
}

/// The ops of these gradients, which the derivative stands in for.
std::vector<NodeId> standIns(const Graph& graph, const Document& document)
{
    std::vector<NodeId> all;
    for (const OrphanedGradient& orphan : document.orphans)
        for (const NodeId node : nodesOf(graph, orphan.choice.target))
            all.push_back(node);
    return all;
}

/// What is done to attached gradients so that they fit their inputs (SEMANTICS R15): once a name,
/// whatever the number of ops that it is attached to.
void noteFits(const Graph& graph, const GradientTable& table, std::vector<std::string>& notes)
{
    std::set<std::string> told;
    for (const NodeId id : graph.nodeIds())
        for (const CustomGradient& custom : table.custom(id))
            for (const std::string& note : custom.notes)
                if (const Node& node = graph.node(id); told.insert(node.op.type + note).second)
                    notes.push_back(fmt::format("gradient of '{}' ({}): {}",
                                                printable(node.origin.name),
                                                printable(node.op.type), note));
}

/// Keeps at most half of the machine's memory, or what the user allows.
void planRun(const Document& document, Program& program)
{
    constexpr unsigned mostThreads = 8; // above, shares of a usual batch are too small
    PlanOptions recording = document.recording;
    if (recording.threads == 0)
        recording.threads =
            static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, mostThreads));
    recording.keptBytes = std::min(recording.keptBytes, machineMemory() / 2);
    program.plan = std::make_shared<const Plan>(program.graph, recording);
    const size_t kept = program.plan->keptBytes();
    if (kept > document.recording.keptBytes)
        program.assumptions.push_back(
            fmt::format("The run keeps {:.1f} MB and not {:.1f} MB: results and gradients alone "
                        "take that much.",
                        static_cast<double>(kept) / 1e6,
                        static_cast<double>(document.recording.keptBytes) / 1e6));
}

}

Result<Program> buildProgram(const Document& document, IdBook& ids)
{
    Program program;
    Graph forward = *document.graph;
    if (forward.draw != kNoValue)
        forward.editValue(forward.draw).content = drawOf(document.inputs);
    if (Result<void> added = addLossTo(forward, document, program); !added)
        return added.takeError();
    const std::vector<ValueId> targets = targetsOf(forward);
    Result<GradientTable> table = gradientTable(forward, document.gradients);
    if (!table)
        return table.takeError();
    noteFits(forward, *table, program.assumptions);
    // What frameworks would say follows from the forward ops alone: beside everything else.
    std::future<FrameworkAnswers> answers = std::async(
        std::launch::async, [&] { return askFrameworks(forward, forward.loss, targets, *table); });
    FlowAnalysis flow = analyseFlow(forward, forward.loss, targets, *table);
    Result<Differentiated> whole = differentiate(forward, forward.loss, targets, flow, *table, ids);
    if (!whole)
        return whole.takeError();
    if (Result<void> sound = whole->graph.verify(); !sound)
        return sound.takeError();
    program.frameworks = std::make_shared<const FrameworkAnswers>(answers.get());
    const CheckSubject subject{forward, *table, flow, *program.frameworks, document.profile};
    FindingList findings = StaticChecks(subject).run();
    addOrphans(findings, forward, document);
    for (Finding& finding : findings)
        for (Fix& fix : finding.fixes)
            if (fix.insertion)
                fix.refusal = refusalOf(document, *fix.insertion);
    program.findings = std::make_shared<const FindingList>(std::move(findings));
    program.states =
        std::make_shared<const StateMap>(whole->graph, flow.report, standIns(forward, document));
    program.report = std::make_shared<const ConversionReport>(std::move(flow.report));
    program.graph = std::make_shared<const Graph>(std::move(whole->graph));
    program.cotangents = std::move(whole->cotangents);
    Result<std::map<ValueId, Tensor>> feeds =
        feedsFor(*program.graph, document.inputs, program.assumptions);
    if (!feeds)
        return feeds.takeError();
    program.feeds = std::move(*feeds);
    program.assumptions.insert(program.assumptions.end(), document.source->assumptions.begin(),
                               document.source->assumptions.end());
    planRun(document, program);
    return program;
}

}
