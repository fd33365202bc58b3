#pragma once

#include "engine/checks/probe.h"

#include <functional>

namespace backstep {

/// One op of a graph as a function of its own, at the values that it saw. Floating inputs are
/// checked, constants stay as they are; a custom gradient stands for the op's own. An Error: an
/// input has no value, or the op is not one that can be computed.
Result<CheckedFunction> singleOp(const Graph& graph, const Node& node,
                                 const std::function<Tensor(ValueId)>& valueOf,
                                 const CustomGradient* custom);

/// The forward pass of a program as a function of its inputs and weights with the loss as its
/// result, where they are now.
CheckedFunction wholeModel(const Graph& program, const std::function<Tensor(ValueId)>& valueOf);

}
