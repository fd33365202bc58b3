#pragma once

#include "views/canvas/cell_outline.h"

namespace backstep
{

/// The weight that an op reads through `value`, followed back through the ops that only prepare it
/// (Squeeze, Slice, Transpose...); kNoValue when there is none.
ValueId weightBehind(const Graph& graph, ValueId value);

/// Gives every weight its short name: its own if that is short, else by the role it plays: W on an
/// input, R on a carry, B the bias beside them; K and b in layers without a carry.
void nameWeights(const Graph& graph, CellOutline& outline);

}
