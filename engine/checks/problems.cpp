// Ops that cannot be computed as they stand: unknown ones, types and shapes that do not fit.

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/diagnostics/catalogue.h"
#include "engine/graph/assumed_types.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

bool readsType(const Graph& graph, const Node& node, const DTypeSet& types)
{
    return std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
        return input != kNoValue && types.has(graph.value(input).type.dtype);
    });
}

/// Two floating widths among the inputs.
bool mixesFloats(const Graph& graph, const Node& node)
{
    std::set<DType> widths;
    for (const ValueId input : node.inputs)
        if (input != kNoValue && isFloating(graph.value(input).type.dtype))
            widths.insert(graph.value(input).type.dtype);
    return widths.size() > 1;
}

const DiagnosticKind& shapeKind(const Graph& graph, const Node& node)
{
    if (!isRecurrent(node) || node.inputs.empty() || node.inputs[0] == kNoValue)
        return kinds::wrongShape;
    if (graph.value(node.inputs[0]).type.shape.rank() != 3)
        return kinds::rank;
    const std::string& message = node.problem->message;
    const bool isState = message.find("initial") != std::string::npos ||
                         message.find("sequence_lens") != std::string::npos;
    return isState ? kinds::stateSize : kinds::wrongShape;
}

/// What does not fit an assumed type (SEMANTICS R16) is told by the op that left it open.
bool isAssumptionsFault(const Graph& graph, const Node& node)
{
    const bool isOfSizes =
        node.problem->kind == NodeProblem::Shape || node.problem->kind == NodeProblem::Attribute;
    return isOfSizes && readsAssumedType(graph, node);
}

constexpr std::string_view kHostCalls[]{"PyFunc", "EagerPyFunc", "PyFuncStateless"};

const DiagnosticKind& kindFor(const Graph& graph, const Node& node)
{
    switch (node.problem->kind) {
    case NodeProblem::UnknownOp:
        if (node.op.type == "IdentityN")
            return kinds::customLost;
        return std::find(std::begin(kHostCalls), std::end(kHostCalls), node.op.type) !=
                       std::end(kHostCalls)
                   ? kinds::hostCall
                   : kinds::unknownOp;
    case NodeProblem::Dtype:
        if (readsType(graph, node, {DType::String}))
            return kinds::stringInput;
        if (mixesFloats(graph, node))
            return kinds::floatMix;
        return readsType(graph, node, integers) ? kinds::intToRealOp : kinds::wrongType;
    case NodeProblem::Shape:
        return node.op.is("Scan") || node.op.is("Loop") ? kinds::carryType : shapeKind(graph, node);
    case NodeProblem::Attribute:
        return kinds::badAttribute;
    case NodeProblem::Unsupported:
        return node.op.is("Loop") ? kinds::loopNotReversible : kinds::unsupportedForm;
    }
    return kinds::unsupportedForm;
}

}

void StaticChecks::checkProblems()
{
    for (const NodeId id : graph().nodeIds()) {
        const Node& node = graph().node(id);
        if (!node.problem || isAssumptionsFault(graph(), node))
            continue;
        const OpOpinion* judged = opinion(id);
        const bool isOurs = node.problem->kind == NodeProblem::UnknownOp ||
                            node.problem->kind == NodeProblem::Unsupported;
        if (isOurs && judged && judged->state != GradientState::Converted)
            continue; // the framework's own word about it is a finding of another kind
        const DiagnosticKind& kind = kindFor(graph(), node);
        Finding finding = findingAt(id, kind);
        finding.isNote = isOurs && judged; // the framework computes it
        finding.message = node.problem->message;
        if (!isOurs)
            addCatalogueWords(finding);
        finding.message += blockedSentence(finding.weights);
        const std::string& remedy = node.problem->remedy;
        finding.fixes = insertionsFor(graph(), node);
        if (finding.fixes.empty())
            finding.fixes = {remedy.empty() ? remedyOf(kind) : Fix{remedy, kind.remedyKind}};
        if (stateAt(id) == GradientState::UnknownOp && !finding.weights.empty())
            finding.fixes.push_back(cutHere());
        m_sink.report(std::move(finding));
    }
}

}
