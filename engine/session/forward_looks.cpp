#include "engine/session/forward_looks.h"

#include "engine/checks/probe.h"
#include "engine/expressions/expression.h"
#include "engine/ops/registry.h"
#include "engine/session/seen_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

Tensor widened(const Tensor& tensor)
{
    return isFloating(tensor.dtype()) ? tensor.converted(DType::Float64) : tensor;
}

/// What the text computes of these operands, in float64: its first output.
Result<Tensor> computed(const Node& node, const std::vector<Tensor>& operands,
                        const std::string& text)
{
    const Result<Expression> expression = parse(text);
    if (!expression)
        return expression.error();
    Graph graph;
    GraphBuilder builder(graph, kTopRegion);
    const OpDef* def = operators().find(node.op);
    OpValues op;
    std::map<ValueId, Tensor> feeds;
    for (size_t i = 0; i < operands.size(); ++i) {
        const Port* port = def ? def->inputPort(i) : nullptr;
        const bool isPlain = port && port->arity != Port::Arity::Many;
        op.inputNames.push_back(isPlain ? port->name : "x" + std::to_string(i));
        if (operands[i].isNull()) {
            op.inputs.emplace_back();
            continue;
        }
        ValueInfo info;
        info.kind = ValueKind::Input;
        info.type = operands[i].type();
        op.inputs.push_back(builder.declare(std::move(info)));
        feeds[op.inputs.back().id()] = operands[i];
    }
    const Result<std::vector<Value>> made =
        lowerForward(*expression, op, node.outputs.size(), builder);
    if (!made)
        return made.error();
    const ValueId first = made->front().id();
    if (const ValueInfo& info = graph.value(first); !info.content.isNull())
        return info.content;
    if (const auto fed = feeds.find(first); fed != feeds.end())
        return fed->second;
    const auto plan = std::make_shared<const Plan>(std::make_shared<const Graph>(graph));
    Result<Recording> recording = Recording::make(plan, feeds);
    if (!recording)
        return recording.takeError();
    Executor executor(std::move(*recording));
    if (executor.run(plan->size()).reason != Stop::Reached)
        return Error{"not-computable", "The text cannot be computed on these values."};
    return executor.value({first, {}}, plan->size());
}

}

Result<ForwardError> forwardErrorOf(DebugSession& session, NodeId id, const ForwardChoice& choice)
{
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!snapshot->program || !snapshot->program->has(id))
        return Error{"nothing-open", "There is no such op."};
    const Graph& graph = *snapshot->program;
    const Node& node = graph.node(id);
    SeenValues seen(session, graph, node);
    ForwardError error;
    error.areDrawn = seen.areDrawn();
    double sum = 0;
    for (const OpAddress& place : seen.places()) {
        std::vector<Tensor> operands;
        for (const ValueId input : node.inputs)
            operands.push_back(input == kNoValue ? Tensor() : widened(seen.at(input, place)));
        const Result<std::vector<Tensor>> own =
            evaluate(node.op, node.attributes, operands, node.outputs.size());
        if (!own)
            return own.error();
        const Result<Tensor> given = computed(node, operands, choice.text);
        if (!given)
            return given.error();
        if (!(given->shape() == own->front().shape()))
            return Error{"forward",
                         fmt::format("The text computes {} and the op {}.", given->shape().text(),
                                     own->front().shape().text())};
        for (int64_t i = 0; i < given->count(); ++i) {
            const double distance = std::abs(given->number(i) - own->front().number(i));
            error.largest = std::max(error.largest, distance);
            sum += distance;
        }
        error.count += given->count();
    }
    error.mean = error.count > 0 ? sum / static_cast<double>(error.count) : 0;
    return error;
}

std::vector<double> forwardCurve(const Graph& graph, const Node& node, const std::string& text,
                                 const std::vector<double>& x)
{
    std::vector<Tensor> operands;
    for (const ValueId input : node.inputs) {
        const Tensor content = input == kNoValue ? Tensor() : graph.value(input).content;
        operands.push_back(operands.empty()
                               ? Tensor::of<double>({static_cast<int64_t>(x.size())}, x)
                               : widened(content));
    }
    const Result<Tensor> made = computed(node, operands, text);
    std::vector<double> values;
    for (int64_t i = 0;
         made && made->count() == static_cast<int64_t>(x.size()) && i < made->count(); ++i)
        values.push_back(made->number(i));
    return values;
}

}
