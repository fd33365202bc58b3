#pragma once

#include "engine/graph/node.h"

namespace backstep {

/// How far `x`, an element of input number `input` of an op, is from the nearest point where the op
/// stops being defined or smooth: 0 of Log and Div, +-1 of Atanh, the poles of Tan. Infinite where
/// there is none.
double distanceToEdge(const Node& node, size_t input, double x);

}
