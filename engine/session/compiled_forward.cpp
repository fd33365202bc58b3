#include "engine/session/compiled_forward.h"

#include "engine/base/text.h"
#include "engine/execution/executor.h"
#include "engine/expressions/expression.h"
#include "engine/session/gradient_choices.h"

namespace backstep {

namespace {

/// A type that nothing states counts as a float (SEMANTICS R16).
DType widened(DType dtype)
{
    return isFloating(dtype) || dtype == DType::Undefined ? DType::Float64 : dtype;
}

}

Tensor widened(const Tensor& tensor)
{
    return isFloating(tensor.dtype()) ? tensor.converted(DType::Float64) : tensor;
}

Result<CompiledForward> CompiledForward::make(const Graph& graph, const Node& node,
                                              const std::string& text,
                                              const std::vector<Shape>& sizes)
{
    const Result<Expression> expression = parse(text);
    if (!expression)
        return expression.error();
    CompiledForward made;
    auto own = std::make_shared<Graph>();
    GraphBuilder builder(*own, kTopRegion);
    const auto declared = [&](TensorType type) {
        ValueInfo info;
        info.kind = ValueKind::Input;
        info.type = {widened(type.dtype), type.shape};
        return builder.declare(std::move(info));
    };
    OpValues op;
    op.inputNames = inputNames(node);
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const bool isThere = node.inputs[i] != kNoValue;
        op.inputs.push_back(isThere ? declared({graph.value(node.inputs[i]).type.dtype, sizes[i]})
                                    : Value());
        made.m_operands.push_back(op.inputs.back().id());
    }
    for (const ValueId id : graph.valuesOfKind(ValueKind::Weight)) {
        const ValueInfo& weight = graph.value(id);
        // Only those that the text may mean: a model has thousands.
        if (weight.name.empty() || text.find(lastPart(weight.name)) == std::string::npos)
            continue;
        const Value value = declared(weight.type);
        op.more.try_emplace(weight.name, value);
        made.m_weights.emplace(value.id(), widened(weight.content));
    }
    const Result<std::vector<Value>> results =
        lowerForward(*expression, op, node.outputs.size(), builder);
    if (!results)
        return results.error();
    for (const Value& result : *results)
        made.m_types.push_back(result.type());
    made.m_first = results->front().id();
    made.m_graph = std::move(own);
    return made;
}

Result<Tensor> CompiledForward::at(const std::vector<Tensor>& operands) const
{
    std::map<ValueId, Tensor> feeds = m_weights;
    for (size_t i = 0; i < m_operands.size(); ++i) {
        if (m_operands[i] == kNoValue)
            continue;
        if (operands[i].isNull())
            return Error{"not-computable", "A value that the op needs was not computed."};
        feeds[m_operands[i]] = widened(operands[i]);
    }
    if (const ValueInfo& info = m_graph->value(m_first); !info.content.isNull())
        return info.content;
    if (const auto fed = feeds.find(m_first); fed != feeds.end())
        return fed->second;
    const auto plan = std::make_shared<const Plan>(m_graph);
    Result<Recording> recording = Recording::make(plan, feeds);
    if (!recording)
        return recording.takeError();
    Executor executor(std::move(*recording));
    if (executor.run(plan->size()).reason != Stop::Reached)
        return Error{"not-computable", "The text cannot be computed on these values."};
    return executor.value({m_first, {}}, plan->size());
}

}
