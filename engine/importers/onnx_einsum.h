#pragma once

#include "engine/passes/place_node.h"

namespace backstep {

/// Rewrites an Einsum to letters that stand once an operand: "..." becomes letters of its own, and
/// a letter that stands twice the diagonal.
void spellOutEinsum(NodeRequest& request, GraphBuilder& builder);

}
