#pragma once

#include "engine/autodiff/gradient_table.h"

#include <cstdint>
#include <string>

namespace backstep {

/// Domain of the functions that keep gradients in a file; no node calls them (SEMANTICS R17).
inline constexpr const char* kGradientDomain = "backstep.gradient";

/// A custom gradient of one node as an ONNX function (a serialized FunctionProto of opset `opset`):
/// inputs x..., y..., dy... (numbered where there are several), outputs dx... for the inputs that
/// get a gradient. An Error: the gradient does not fit the node, or has no form in ONNX.
Result<std::string> gradientFunction(const Graph& graph, const Node& node,
                                     const CustomGradient& custom, const std::string& name,
                                     int64_t opset);

/// What a gradient was made for, whatever it is called: the op, its attributes, the numbers of its
/// inputs and outputs, as 16 hexadecimal digits (FNV-1a). Floating widths do not count.
std::string gradientHash(const Node& node);

}
