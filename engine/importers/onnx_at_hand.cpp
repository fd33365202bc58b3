// What only data can tell while a model is read (SEMANTICS R10): the value of a condition, operands
// that a type depends on, the sizes of results such as NonZero's.

#include "engine/base/text.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

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

/// Gives the request what its types depend on: operands become constants, and where results have
/// the size that data give them, their types are those of the results on the data at hand.
void OnnxReader::settleByData(NodeRequest& request, GraphBuilder& builder)
{
    const OpDef* def = operators().find(request.op);
    if (!def || request.problem || request.outputs.empty() || hasKnownTypes(builder, request))
        return;
    const Graph& graph = builder.graph();
    const bool takesSizes = !def->evaluate;
    std::vector<Value> operands;
    std::vector<Tensor> contents;
    bool isComplete = true;
    for (const Value& input : request.inputs) {
        const bool isGiven = !input.isPresent() || isFloating(input.dtype());
        operands.push_back(input);
        contents.emplace_back();
        // An operand that sizes depend on is integers, or a single number as Range takes them.
        if (!input.isPresent() || (takesSizes && isGiven && input.shape().count() != 1) ||
            (takesSizes && graph.value(input.id()).kind == ValueKind::Weight))
            continue;
        if (Result<Tensor> content = known(graph, input.id())) {
            contents.back() = std::move(*content);
            if (takesSizes && graph.value(input.id()).kind != ValueKind::Constant)
                operands.back() = builder.constant(contents.back());
        } else {
            isComplete = false;
        }
    }
    if (!isComplete)
        return;
    if (takesSizes) {
        std::swap(request.inputs, operands);
        if (!hasKnownTypes(builder, request)) { // something else is wrong
            request.inputs = std::move(operands);
            ++m_lacking;
        }
        return;
    }
    Result<std::vector<Tensor>> results =
        evaluate(request.op, request.attributes, contents, request.outputs.size());
    if (!results) {
        ++m_lacking;
        return;
    }
    for (const Tensor& result : *results)
        request.settled.push_back(result.type());
    assume(fmt::format("{} gives '{}' as {} on the data at hand", printable(request.op.type),
                       printable(request.outputs.front()), request.settled.front().text()));
}

}
