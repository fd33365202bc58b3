#pragma once

#include "engine/graph/values_at_hand.h"

#include <map>
#include <string>

namespace backstep {

/// Computes values from tensors for the graph's inputs, each once, with what it depends on.
class GraphValues : public ValuesAtHand
{
public:
    /// Larger values are not computed while a model is read.
    static constexpr int64_t kMostElements = int64_t{1} << 27;
    /// `inputs` by name, each of the dtype and shape that the graph gives it.
    explicit GraphValues(std::map<std::string, Tensor> inputs) : m_inputs(std::move(inputs)) {}
    Result<Tensor> of(const Graph& graph, ValueId value) override;
    void forgetFrom(ValueId first) override;

private:
    Result<void> compute(const Graph& graph, const Node& node);
    Result<std::vector<Tensor>> scanResults(const Graph& graph, const Node& scan) const;

    std::map<std::string, Tensor> m_inputs;
    std::map<ValueId, Tensor> m_known;
};

}
