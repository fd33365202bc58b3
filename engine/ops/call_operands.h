#pragma once

#include "engine/graph/graph.h"
#include "engine/ops/op_def.h"

#include <memory>
#include <vector>

namespace backstep {

/// The operands of an op in a graph, with all that the spans of an OpCall look at.
class CallOperands
{
public:
    /// kNoValue: an optional one that is absent.
    CallOperands(const Graph& graph, const std::vector<ValueId>& inputs)
        : m_present(std::make_unique<bool[]>(inputs.size() + 1))
    {
        for (size_t i = 0; i < inputs.size(); ++i) {
            m_present[i] = inputs[i] != kNoValue;
            const ValueInfo* info = m_present[i] ? &graph.value(inputs[i]) : nullptr;
            types.push_back(info ? info->type : TensorType{});
            m_constants.push_back(info && !info->content.isNull() ? &info->content : nullptr);
        }
    }
    OpCall call(const Attributes& attributes, size_t outputCount) const
    {
        return {attributes, types, m_constants, {m_present.get(), types.size()}, outputCount};
    }

    std::vector<TensorType> types;

private:
    std::vector<const Tensor*> m_constants; ///< null where the content is not known
    std::unique_ptr<bool[]> m_present;
};

/// The op makes of its operands what the node says that it makes. Only of types that are assumed
/// (SEMANTICS R16) need that be asked; where it does not hold, the op cannot be computed, and its
/// gradient would not find the axes that it works with.
bool fitsItsRule(const Graph& graph, const Node& node);

}
