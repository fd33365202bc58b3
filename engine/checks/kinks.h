#pragma once

#include "engine/graph/node.h"
#include "engine/tensor/tensor.h"

#include <vector>

namespace backstep {

/// Ops whose sides `sidesOfKinks` tells.
bool hasSides(const Node& node);
/// On which side of its kinks such an op stood: a tensor whose elements change when one is crossed
/// (SEMANTICS R13). Inputs in the op's order, null where it has none.
Tensor sidesOfKinks(const Node& node, const std::vector<Tensor>& inputs);

/// Ops of which `elementsOnKink` tells; "" for others. "at 0", "at a half": where the slope breaks.
std::string_view placeOfKinks(const Node& node);
/// Which elements lie exactly where the op has no derivative: booleans, one an element of its first
/// input, or of its result where several operands tie.
Tensor elementsOnKink(const Node& node, const std::vector<Tensor>& inputs);

}
