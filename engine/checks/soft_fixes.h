#pragma once

#include "engine/base/result.h"
#include "engine/diagnostics/soft_forwards.h"
#include "engine/graph/graph.h"

namespace backstep {

/// A row of the library written out for one op: its attributes and known operands in place of the
/// braces. Error: the row is for other ops, an operand is not known beforehand, the op's input is
/// not floating, or its result is an integer or a boolean that nothing casts to floats.
Result<ForwardChoice> softForward(const Graph& graph, const Node& node, const SoftForward& row,
                                  double sharpness);

/// A text that the user typed, for this op alone. Where the op's own result is an integer or a
/// boolean, the text stands for it in casts to floats, as a row of the library does.
ForwardChoice typedForward(const Graph& graph, const Node& node, std::string text);

/// The rows that fit the op, each at the sharpness to begin with.
std::vector<Fix> softFixes(const Graph& graph, const Node& node);

}
