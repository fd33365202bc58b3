#pragma once

#include "engine/base/result.h"
#include "engine/graph/graph.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace backstep {

/// What a text computes from an op's inputs (SEMANTICS R16): compiled once for operands of certain
/// sizes, then computed on any values of them. All floats are float64.
class CompiledForward
{
public:
    /// `sizes` has one shape an input of the op. The text may name the op's inputs and the graph's
    /// weights; of a text that gives a gradient too, its forward part is taken. Errors have a
    /// column where the text is at fault.
    static Result<CompiledForward> make(const Graph& graph, const Node& node,
                                        const std::string& text, const std::vector<Shape>& sizes);
    /// One an output of the op.
    const std::vector<TensorType>& results() const { return m_types; }
    /// The first output at these operands, one an input; null for inputs that the op does not have.
    Result<Tensor> at(const std::vector<Tensor>& operands) const;

private:
    std::shared_ptr<const Graph> m_graph;
    std::vector<ValueId> m_operands; ///< kNoValue where the op has none
    std::map<ValueId, Tensor> m_weights;
    ValueId m_first = kNoValue;
    std::vector<TensorType> m_types;
};

/// Floats as float64, everything else as it is.
Tensor widened(const Tensor& tensor);

}
