#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/diagnostics/catalogue.h"

namespace backstep {

namespace {

bool readsText(const Graph& graph, const Node& node)
{
    for (ValueId input : node.inputs)
        if (input != kNoValue && graph.value(input).type.dtype == DType::String)
            return true;
    return false;
}

const DiagnosticKind& kindFor(const Graph& graph, const Node& node)
{
    switch (node.problem->kind) {
    case NodeProblem::UnknownOp:
        return kinds::unknownOp;
    case NodeProblem::Dtype:
        return readsText(graph, node) ? kinds::stringInput : kinds::wrongType;
    case NodeProblem::Shape:
        return kinds::wrongShape;
    case NodeProblem::Attribute:
        return kinds::badAttribute;
    case NodeProblem::Unsupported:
        return kinds::unsupportedForm;
    }
    return kinds::unsupportedForm;
}

}

void checkProblems(const Graph& graph, const ConversionReport& report, DiagnosticSink& sink)
{
    for (NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (!node.problem)
            continue;
        Finding finding{&kindFor(graph, node), id, allTimesteps(graph, id), {}, {}, {}};
        finding.weights = weightsCutBy(graph, report, id);
        finding.message = node.problem->message + blockedSentence(graph, report, finding.weights);
        const std::string& remedy = node.problem->remedy;
        finding.fixes = {{remedy.empty() ? std::string(finding.kind->remedy) : remedy, ""}};
        sink.report(std::move(finding));
    }
}

}
