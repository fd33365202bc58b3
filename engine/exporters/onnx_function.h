#pragma once

#include "engine/graph/graph.h"

#include <string>
#include <utility>
#include <vector>

namespace backstep {

/// A graph as an ONNX function (a serialized FunctionProto that imports opset `opset`): its inputs
/// in this order under these names, its outputs as the graph names them. An Error: an op of it has
/// no form in ONNX.
Result<std::string> onnxFunction(Graph graph,
                                 const std::vector<std::pair<std::string, ValueId>>& inputs,
                                 const OpName& name, int64_t opset);

}
