#pragma once

#include "engine/base/result.h"
#include "engine/graph/graph.h"

#include <string>
#include <vector>

namespace backstep {

/// Domain of the functions that stand for helper ops in a written file, but for StopGradient.
inline constexpr const char* kHelperFunctionDomain = "backstep.helper";

/// Turns helper ops into calls of ONNX functions: what an op opens to, for its attributes and the
/// types of its operands. Gives the functions, as serialized FunctionProtos. What has no body by
/// itself stays: AtTimesteps becomes an If, and a break of the gradient is nothing in ONNX. An
/// Error: an op of a body has no form in ONNX.
Result<std::vector<std::string>> callHelpers(Graph& graph, int64_t opset);

}
