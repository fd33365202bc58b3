// Which initializers are weights (SEMANTICS R6): ONNX has no trainable flag, so it is told from
// where they go.

#include "engine/passes/passes.h"

#include "engine/ops/branch_op.h"
#include "engine/ops/recurrent_layer.h"
#include "engine/ops/registry.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace backstep {

namespace {

bool isOneOf(const OpName& op, std::initializer_list<std::string_view> names)
{
    return op.domain.empty() && std::find(names.begin(), names.end(), op.type) != names.end();
}

bool handsOnElements(const Node& node, size_t input)
{
    return input == 0 ? isOneOf(node.op,
                                {"Slice", "Concat", "Transpose", "Reshape", "Squeeze", "Unsqueeze",
                                 "Split", "Identity", "Expand", "Flatten", "Cast"}) ||
                            node.op.type == kBranch
                      : node.op.is("Concat");
}

bool isAllZero(const Tensor& tensor)
{
    for (int64_t i = 0; i < tensor.count(); ++i)
        if (tensor.number(i) != 0)
            return false;
    return true;
}

class Classifier
{
public:
    explicit Classifier(Graph& graph) : m_graph(graph)
    {
        for (NodeId id : graph.nodeIds()) {
            const Node& node = graph.node(id);
            for (size_t i = 0; i < node.inputs.size(); ++i)
                m_uses[node.inputs[i]].push_back({id, i});
        }
    }

    bool isWeight(ValueId initializer)
    {
        m_isZero = isAllZero(m_graph.value(initializer).content);
        m_seen.clear();
        return reachesSlot(initializer);
    }

private:
    struct Use {
        NodeId node;
        size_t input;
    };

    bool reachesSlot(ValueId value)
    {
        if (!m_seen.insert(value).second)
            return false;
        for (const Use& use : m_uses[value]) {
            const Node& node = m_graph.node(use.node);
            if (node.isScan() ? reachesThroughScan(node, use.input) : isSlot(node, use.input))
                return true;
            if (handsOnElements(node, use.input))
                for (ValueId output : node.outputs)
                    if (output != kNoValue && reachesSlot(output))
                        return true;
        }
        return false;
    }

    /// An initial state is learned unless it is zeros; a sequence goes on inside.
    bool reachesThroughScan(const Node& scan, size_t input)
    {
        const Region& body = m_graph.region(scan.body);
        if (input < body.carries.size())
            return !m_isZero;
        return reachesSlot(body.stepInputs[input - body.carries.size()]);
    }

    bool isSlot(const Node& node, size_t input) const
    {
        if (node.problem && node.problem->kind == NodeProblem::UnknownOp)
            return true; // whatever it does, the weight reaches the loss through it
        if (node.problem && node.problem->kind == NodeProblem::Unsupported)
            return m_graph.value(node.inputs[input]).type.shape.count() > 1 && !m_isZero;
        if (node.op.type == kBranch && input > 0)
            return m_graph.value(node.inputs[input]).type.shape.count() > 1 && !m_isZero;
        if (isOneOf(node.op, {"MatMul", "Einsum"}))
            return !m_isZero || input > 0;
        if (node.op.is("Gemm"))
            return input < 2 ? !m_isZero || input > 0 : node.attributes.real("beta", 1) != 0;
        if (node.op.is("Gather"))
            return input == 0;
        if (isRecurrentLayer(node.op))
            return input > 0 && input != 4 && !(input > 4 && m_isZero);
        // In a layer of one unit the bias is a single number, and so is the peephole.
        const bool isOfLayer = isRecurrentLayer(node.origin.source);
        if (node.op.is("Add"))
            return isOfLayer || isBias(node, input);
        if (node.op.is("Mul"))
            return !m_isZero &&
                   (isOfLayer || m_graph.value(node.inputs[input]).type.shape.count() > 1);
        return isOneOf(node.op,
                       {"Conv", "PRelu", "LayerNormalization", "BatchNormalization",
                        "InstanceNormalization", "GroupNormalization", "RMSNormalization"}) &&
               input > 0;
    }

    /// A single number added is an epsilon, unless it is the bias of one unit.
    bool isBias(const Node& node, size_t input) const
    {
        const Shape& own = m_graph.value(node.inputs[input]).type.shape;
        if (own.count() > 1)
            return true;
        const ValueInfo& other = m_graph.value(node.inputs[1 - input]);
        return own.rank() > 0 && other.type.shape.rank() > 0 && other.type.shape.back() == 1 &&
               other.producer != kNoNode &&
               isOneOf(m_graph.node(other.producer).op, {"MatMul", "Gemm", "Einsum"});
    }

    Graph& m_graph;
    std::map<ValueId, std::vector<Use>> m_uses;
    std::set<ValueId> m_seen;
    bool m_isZero = false;
};

}

void classifyWeights(Graph& graph)
{
    Classifier classifier(graph);
    for (ValueId id : graph.valueIds())
        if (graph.value(id).kind == ValueKind::Weight && !classifier.isWeight(id))
            graph.editValue(id).kind = ValueKind::Constant;
}

}
