#pragma once

#include "engine/importers/initial_weights.h"
#include "engine/importers/layer_table.h"

#include <map>
#include <string>
#include <vector>

namespace backstep::onnx {
class GraphProto;
class NodeProto;
}

namespace backstep {

/// Adds layer after layer to an ONNX graph and keeps what the last one gives. Nodes are called
/// `<layer>/<Op>`, weights as Keras or ONNX calls them: `lstm/W`, `dense/kernel`.
class LayerBuilder
{
public:
    LayerBuilder(onnx::GraphProto& graph, const ModelText& text, uint32_t seed);

    /// The Error says what the layer wants and what it gets.
    Result<void> add(const LayerCall& call);
    /// Declares the last layer's result as the graph's output.
    void finish();

private:
    Result<void> addEmbedding(const LayerCall& call);
    Result<void> addRecurrent(const LayerCall& call);
    Result<void> addRecurrentOnText(const LayerCall& call);
    Result<void> addDense(const LayerCall& call);
    Result<void> addUnary(const LayerCall& call);
    void addUnaryNode(const std::string& op);

    /// A node of the current layer on the current value, with further inputs; its first output is
    /// the new current value.
    onnx::NodeProto& addNode(const std::string& op,
                             const std::vector<std::string>& moreInputs = {});
    std::string addWeight(const std::string& name, const Tensor& content);
    std::string addInts(const std::string& name, const std::vector<int64_t>& numbers);
    void addTranspose();
    /// Counts what a layer is about to draw against the limit of one model.
    Result<void> reserve(const LayerCall& call, int64_t weightCount);
    Error wants(const LayerCall& call, std::string_view what) const;
    std::string uniqueName(const std::string& base);
    /// "float32 [batch, time, 8]"
    std::string currentText() const;

    onnx::GraphProto& m_graph;
    InitialWeights m_weights;
    DType m_dtype;
    std::vector<TextDimension> m_dimensions;
    std::string m_current; ///< name of the value that the last node made
    std::string m_layer;   ///< path of the layer that is being added
    std::map<std::string, int> m_nameCounts;
    int64_t m_weightCount = 0;
};

}
