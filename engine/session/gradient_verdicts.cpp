#include "engine/session/gradient_verdicts.h"

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/checks/single_op.h"
#include "engine/diagnostics/catalogue.h"
#include "engine/expressions/expression.h"
#include "engine/session/gradient_choices.h"
#include "engine/session/seen_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace backstep {

namespace {

constexpr size_t kMostNodes = 32;

/// Of several ops the one that tells most.
int weightOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Invalid:
        return 4;
    case Verdict::Differs:
        return 3;
    case Verdict::Unverifiable:
        return 2;
    case Verdict::Surrogate:
        return 1;
    case Verdict::Exact:
    case Verdict::Cut:
        break;
    }
    return 0;
}

/// The answer holds while the difference is of the size that it was given for (SEMANTICS R14).
bool isStillAccepted(const GradientChoice& choice, const VerdictReport& verdict)
{
    constexpr double kMuchMore = 10;
    const double then = choice.acceptedDifference, now = verdict.fromDerivative.size;
    const bool isOther = then > 0 && (now > kMuchMore * then || now * kMuchMore < then);
    return choice.isAccepted() && !isOther;
}

VerdictReport verdictOnNode(DebugSession& session, const Graph& graph, const Node& node,
                            const CustomGradient& custom)
{
    SeenValues values(session, graph, node, custom.steps.get());
    return judgeGradient(
        {graph, node, custom, values.places(),
         [&](ValueId value, const OpAddress& place) { return values.at(value, place); },
         values.areDrawn()});
}

/// Compares what a pasted function computes with the op, and says so.
void compareForward(DebugSession& session, const Graph& graph, JudgedGradient& given)
{
    const Result<Expression> expression = parse(given.choice.text);
    if (!expression || !expression->hasForward() || given.node == kNoNode)
        return;
    const Node& node = graph.node(given.node);
    const std::string function = lowered(printable(node.op.type));
    ForwardSubject subject;
    subject.graph = session.snapshot()->program;
    subject.node = given.node;
    subject.hasOwn = operators().find(node.op) && !node.problem;
    const Result<ForwardError> distance = forwardErrorOf(session, subject, given.choice.text);
    if (!distance) {
        given.sentence += fmt::format(" Its forward was not compared with {}: {}", function,
                                      distance.error().message);
        return;
    }
    given.forward = *distance;
    given.sentence += distance->isEqual()
                          ? fmt::format(" Its forward is that of {}: it ", function)
                          : fmt::format(" Its forward is not that of {}, so it is the gradient of "
                                        "another function: it ",
                                        function);
    given.sentence += sentenceOf(*distance) + ".";
}

}

JudgedGradient verdictOn(DebugSession& session, const GradientChoice& choice, std::stop_token stop)
{
    JudgedGradient given;
    given.choice = choice;
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!snapshot->program)
        return given;
    const Graph& graph = *snapshot->program;
    std::vector<NodeId> nodes = nodesOf(graph, choice.target);
    given.nodeCount = static_cast<int64_t>(nodes.size());
    if (nodes.size() > kMostNodes)
        nodes.resize(kMostNodes);
    int64_t elements = 0, places = 0;
    for (const NodeId id : nodes) {
        if (stop.stop_requested())
            break;
        const Node& node = graph.node(id);
        VerdictReport verdict;
        Result<CustomGradient> custom = customGradient(graph, node, choice);
        if (custom && custom->isCut()) {
            verdict.verdict = Verdict::Cut;
        } else if (custom) {
            verdict = verdictOnNode(session, graph, node, *custom);
        } else {
            verdict.verdict = Verdict::Invalid;
            verdict.why = custom.error().message;
            given.error = custom.takeError();
        }
        if (verdict.verdict == Verdict::Differs && isStillAccepted(choice, verdict))
            verdict.verdict = Verdict::Surrogate;
        elements += verdict.elementCount;
        places += verdict.placeCount;
        if (given.node == kNoNode || weightOf(verdict.verdict) > weightOf(given.verdict.verdict)) {
            given.node = id;
            given.sentence = sentenceOf(verdict, node);
            if (choice.isAccepted() && verdict.verdict == Verdict::Differs)
                given.sentence += fmt::format(
                    " It was accepted when the largest difference was {:.2g}: it is asked again.",
                    choice.acceptedDifference);
            given.verdict = std::move(verdict);
        }
    }
    given.verdict.elementCount = elements;
    given.verdict.placeCount = places;
    compareForward(session, graph, given);
    return given;
}

Result<std::vector<CheckedElement>> checkedElements(DebugSession& session, NodeId id,
                                                    const std::string& text, size_t mostOfAPlace,
                                                    std::stop_token stop)
{
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!snapshot->program || !snapshot->program->has(id))
        return Error{"no-op", "There is no such op any more."};
    const Graph& graph = *snapshot->program;
    const Node& node = graph.node(id);
    const Result<CustomGradient> custom = customGradient(graph, node, text);
    if (!custom)
        return custom.error();
    SeenValues values(session, graph, node);
    const std::vector<OpAddress>& all = values.places();
    std::vector<CheckedElement> rows;
    for (const size_t index : std::set<size_t>{0, all.size() / 2, all.size() - 1}) {
        if (stop.stop_requested())
            break;
        const auto wide = [&](ValueId value) {
            const Tensor tensor = values.at(value, all[index]);
            return isFloating(tensor.dtype()) ? tensor.converted(DType::Float64) : tensor;
        };
        Result<CheckedFunction> function = singleOp(graph, node, wide, &*custom);
        if (!function)
            return function.takeError();
        const Result<std::unique_ptr<Probe>> probe = Probe::make(std::move(*function));
        if (!probe)
            return probe.error();
        for (const ElementCheck& check : elementChecks(**probe, mostOfAPlace))
            rows.push_back({all[index], elementText((*probe)->graph(), check.input), check});
    }
    return rows;
}

std::vector<JudgedGradient> verdictsOf(DebugSession& session, std::stop_token stop)
{
    std::vector<JudgedGradient> all;
    if (session.snapshot()->document)
        for (const GradientChoice& choice : session.snapshot()->document->gradients)
            all.push_back(verdictOn(session, choice, stop));
    return all;
}

Document withDifferences(DebugSession& session)
{
    Document document = *session.snapshot()->document;
    for (GradientChoice& choice : document.gradients)
        if (choice.isAccepted() && choice.acceptedDifference == 0 && !isCut(choice.text))
            choice.acceptedDifference = verdictOn(session, choice).verdict.fromDerivative.size;
    return document;
}

FindingList findingsOf(const Graph& graph, const std::vector<JudgedGradient>& gradients)
{
    DiagnosticSink sink;
    for (const JudgedGradient& judged : gradients) {
        const VerdictReport& verdict = judged.verdict;
        const bool isDead = verdict.hasBehaviour && verdict.behaviour.live == 0;
        if (!graph.has(judged.node) || (!isDead && verdict.verdict != Verdict::Differs))
            continue;
        Finding finding;
        finding.kind = isDead ? &kinds::deadButPasses : &kinds::notDerivative;
        finding.node = judged.node;
        const TimestepSet& steps = judged.choice.target.steps;
        finding.timesteps = steps.isEmpty() ? allTimesteps(graph, judged.node) : steps.ranges();
        finding.message = judged.sentence;
        if (isDead)
            finding.fixes = surrogateFixes(graph.node(judged.node));
        if (finding.fixes.empty())
            finding.fixes = {remedyOf(*finding.kind)};
        addCatalogueWords(finding);
        sink.report(std::move(finding));
    }
    return sink.take();
}

}
