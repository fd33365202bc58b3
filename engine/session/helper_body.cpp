#include "engine/session/helper_body.h"

#include "engine/ops/opened_helper.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

namespace backstep {

namespace {

/// "y * y" for the arithmetic ops, "Where(a, b, c)" for the others.
std::string textOf(const Node& node, const std::vector<std::string>& operands)
{
    static const std::map<std::string, std::string> infix{
        {"Add", " + "}, {"Sub", " - "}, {"Mul", " * "}, {"Div", " / "}};
    const auto symbol = infix.find(node.op.type);
    if (symbol != infix.end() && operands.size() == 2)
        return operands[0] + symbol->second + operands[1];
    std::string list;
    for (const std::string& operand : operands)
        list += (list.empty() ? "" : ", ") + operand;
    return node.op.type + "(" + list + ")";
}

}

NodeId nodeWithBody(const Graph& graph, NodeId selected)
{
    const auto hasBody = [&](NodeId id) {
        const OpDef* def = operators().find(graph.node(id).op);
        return def && def->body;
    };
    const Node& node = graph.node(selected);
    if (hasBody(selected) || node.origin.phase != Phase::Backward)
        return hasBody(selected) ? selected : kNoNode;
    for (NodeId id : graph.region(node.region).nodes)
        if (graph.node(id).origin.primal == node.origin.primal && hasBody(id))
            return id;
    return kNoNode;
}

BodySnapshot openBody(const Graph& graph, NodeId id, const std::function<Tensor(ValueId)>& input)
{
    BodySnapshot body;
    const Node& node = graph.node(id);
    body.op = node.op.type;
    const OpDef* def = operators().find(node.op);
    if (!def || !def->body || node.problem)
        return body;
    const OpenedHelper opened = openedHelper(node, operandTypes(graph, node));
    const Graph& inside = opened.graph;
    std::map<ValueId, std::string> names;
    std::map<ValueId, Tensor> known;
    for (size_t i = 0; i < opened.inputs.size(); ++i)
        if (opened.inputs[i] != kNoValue) {
            names[opened.inputs[i]] = def->inputPort(i)->name;
            known[opened.inputs[i]] = input(node.inputs[i]);
        }
    for (size_t i = 0; i < opened.outputs.size(); ++i)
        names[opened.outputs[i]] = def->outputPort(i)->name;
    if (opened.outputs.empty())
        return body;
    for (NodeId each : inside.region(kTopRegion).nodes) {
        const Node& op = inside.node(each);
        std::vector<std::string> operands;
        std::vector<Tensor> tensors;
        bool isComplete = true;
        for (ValueId value : op.inputs) {
            const Tensor& content = inside.value(value).content;
            tensors.push_back(content.isNull() ? known[value] : content);
            isComplete = isComplete && !tensors.back().isNull();
            const bool isNumber = !content.isNull() && content.count() == 1;
            operands.push_back(isNumber ? fmt::format("{:g}", content.number(0)) : names[value]);
        }
        const ValueId result = op.outputs[0];
        for (size_t i = 0; i < op.outputs.size(); ++i) // a Scan has several
            if (std::string& name = names[op.outputs[i]]; name.empty())
                name = fmt::format("t{}{}", body.steps.size() + 1,
                                   i == 0 ? "" : fmt::format(".{}", i));
        BodyStep step{names[result], textOf(op, operands), {}};
        if (isComplete)
            if (auto computed = evaluate(op.op, op.attributes, tensors))
                step.value.tensor = known[result] = computed->front();
        fillStatistics(step.value);
        body.steps.push_back(std::move(step));
    }
    return body;
}

void fillStatistics(ValueSnapshot& value)
{
    const Tensor& tensor = value.tensor;
    if (tensor.isNull() || tensor.dtype() == DType::String)
        return;
    double sum = 0, squares = 0;
    int64_t finite = 0;
    for (int64_t i = 0; i < tensor.count(); ++i) {
        const double element = tensor.number(i);
        if (std::isnan(element)) {
            ++value.nanCount;
            continue;
        }
        if (std::isinf(element)) {
            ++value.infCount;
            continue;
        }
        value.zeroCount += element == 0 ? 1 : 0;
        value.minimum = finite == 0 ? element : std::min(value.minimum, element);
        value.maximum = finite == 0 ? element : std::max(value.maximum, element);
        sum += element;
        squares += element * element;
        ++finite;
    }
    value.mean = finite == 0 ? 0 : sum / static_cast<double>(finite);
    value.norm = std::sqrt(squares);
}

}
