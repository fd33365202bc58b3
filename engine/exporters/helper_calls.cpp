#include "engine/exporters/helper_calls.h"

#include "engine/exporters/forward_functions.h"
#include "engine/exporters/onnx_function.h"
#include "engine/ops/at_timesteps.h"
#include "engine/ops/opened_helper.h"
#include "engine/ops/stop_gradient.h"

#include <fmt/format.h>

#include <map>

namespace backstep {

namespace {

/// A function that was written, and for what.
struct HelperFunction {
    OpName name;
    Attributes attributes;
    std::vector<TensorType> operands;
};

class Calls
{
public:
    Calls(Graph& graph, int64_t opset) : m_graph(graph), m_opset(opset) {}

    Result<void> call(NodeId id)
    {
        const Node& node = m_graph.node(id);
        const bool isCut = node.op.type == kStopGradient; // one Identity for all types (R18)
        const std::vector<TensorType> operands =
            isCut ? std::vector<TensorType>() : operandTypes(m_graph, node);
        for (const HelperFunction& known : m_known[node.op.type])
            if (known.attributes == node.attributes && known.operands == operands) {
                replace(id, known.name);
                return {};
            }
        OpenedHelper body = openedHelper(node, operandTypes(m_graph, node));
        if (body.outputs.empty())
            return {};
        std::vector<std::pair<std::string, ValueId>> inputs;
        for (size_t i = 0; i < body.inputs.size(); ++i)
            if (body.inputs[i] != kNoValue)
                inputs.emplace_back(
                    fmt::format("{}{}", operators().find(node.op)->inputPort(i)->name, i),
                    body.inputs[i]);
        for (size_t i = 0; i < body.outputs.size(); ++i)
            body.graph.outputs.push_back({fmt::format("result{}", i), body.outputs[i]});
        std::vector<HelperFunction>& known = m_known[node.op.type];
        const OpName name = isCut ? OpName{node.op.type, kCustomDomain}
                                  : OpName{fmt::format("{}_{}", node.op.type, known.size() + 1),
                                           kHelperFunctionDomain};
        Result<std::string> function = onnxFunction(std::move(body.graph), inputs, name, m_opset);
        if (!function)
            return function.takeError();
        m_functions.push_back(std::move(*function));
        known.push_back({name, node.attributes, operands});
        replace(id, name);
        return {};
    }

    std::vector<std::string> takeFunctions() { return std::move(m_functions); }

private:
    void replace(NodeId id, const OpName& name)
    {
        Node& node = m_graph.editNode(id);
        node.op = name;
        node.attributes = {};
        std::erase(node.inputs, kNoValue);
    }

    Graph& m_graph;
    int64_t m_opset;
    std::map<std::string, std::vector<HelperFunction>> m_known; ///< by op
    std::vector<std::string> m_functions;
};

}

Result<std::vector<std::string>> callHelpers(Graph& graph, int64_t opset)
{
    Calls calls(graph, opset);
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        const OpDef* def = operators().find(node.op);
        if (node.op.domain != kHelperDomain || node.op.type == kAtTimesteps || !def || !def->body ||
            node.breakKind() == BreakKind::GradientBreak)
            continue;
        if (Result<void> called = calls.call(id); !called)
            return called.takeError();
    }
    return calls.takeFunctions();
}

}
