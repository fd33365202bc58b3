#pragma once

#include <string>
#include <vector>

namespace backstep::onnx {
class GraphProto;
class NodeProto;
}

namespace backstep {

/// The first component that every slashed node name shares (a model's own name), or "".
std::string commonNamePrefix(const onnx::GraphProto& graph);

/// The layer that a node belongs to, from its exporter's metadata or its slashed name: "rnn",
/// "mid", "lstm_1"; "" when nothing tells.
std::string layerOf(const onnx::NodeProto& node, const std::string& commonPrefix);

}
