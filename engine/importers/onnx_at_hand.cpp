// What only data can tell while a model is read (SEMANTICS R10): the value of a condition, operands
// that a type depends on, the sizes of results such as NonZero's.

#include "engine/base/text.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// Sizes are integers, or single numbers as Range takes them.
bool mayDecideSizes(const ValueInfo& info)
{
    return info.kind != ValueKind::Constant && info.kind != ValueKind::Weight &&
           (!isFloating(info.type.dtype) || info.type.shape.count() == 1);
}

}

Result<Tensor> OnnxReader::known(const Graph& graph, ValueId value)
{
    Error why{"unsupported", "it depends on values that only a run knows"};
    if (value != kNoValue) {
        const ValueInfo& info = graph.value(value);
        if (info.kind == ValueKind::Constant)
            return info.content;
        if (m_options.atHand) {
            Result<Tensor> found = m_options.atHand->of(graph, value);
            if (found)
                return found;
            why.message += ": " + found.error().message;
        }
    }
    ++m_lacking;
    return why;
}

void OnnxReader::assume(std::string sentence)
{
    std::vector<std::string>& all = m_result.assumptions;
    if (std::find(all.begin(), all.end(), sentence) == all.end())
        all.push_back(std::move(sentence));
}

void OnnxReader::takeBack(const Mark& mark, OnnxScope& scope)
{
    scope.setContents(mark.scope);
    if (m_options.atHand)
        m_options.atHand->forgetFrom(mark.graph.nextValueId());
    m_result.graph = mark.graph;
    m_names = mark.names;
    m_result.assumptions = mark.assumptions;
    m_lacking = mark.lacking;
}

/// Gives the request what its types depend on, where only data tell it.
void OnnxReader::settleByData(NodeRequest& request, GraphBuilder& builder)
{
    const OpDef* def = operators().find(request.op);
    if (!def || request.problem || request.outputs.empty() || hasKnownTypes(builder, request))
        return;
    const bool isSettled =
        def->evaluate ? settleResults(request, builder) : settleOperands(request, builder);
    if (!isSettled)
        lack();
}

/// Operands become constants, from the last one on, until the types are known: what is moved stands
/// before what says where to.
bool OnnxReader::settleOperands(NodeRequest& request, GraphBuilder& builder)
{
    const std::vector<Value> asRead = request.inputs;
    for (size_t i = request.inputs.size(); i-- > 0;) {
        Value& input = request.inputs[i];
        if (!input.isPresent() || !mayDecideSizes(builder.graph().value(input.id())))
            continue;
        Result<Tensor> content = known(builder.graph(), input.id());
        if (!content)
            break;
        input = builder.constant(std::move(*content));
        if (hasKnownTypes(builder, request))
            return true;
    }
    request.inputs = asRead; // something else is wrong
    return false;
}

/// The types are those of the results on the data at hand.
bool OnnxReader::settleResults(NodeRequest& request, GraphBuilder& builder)
{
    std::vector<Tensor> operands;
    for (const Value& input : request.inputs) {
        Result<Tensor> content =
            input.isPresent() ? known(builder.graph(), input.id()) : Result<Tensor>(Tensor());
        if (!content)
            return false;
        operands.push_back(std::move(*content));
    }
    const Result<std::vector<Tensor>> results =
        evaluate(request.op, request.attributes, operands, request.outputs.size());
    if (!results || results->empty())
        return false;
    for (const Tensor& result : *results)
        request.settled.push_back(result.type());
    assume(fmt::format("{} gives '{}' as {} on the data at hand", printable(request.op.type),
                       printable(request.outputs.front()), request.settled.front().text()));
    return true;
}

}
