#pragma once

#include "views/canvas/cell_outline.h"

namespace backstep {

/// The weight that an op reads through `value`, followed back through the ops that only prepare it
/// (Squeeze, Slice, Transpose...); kNoValue when there is none.
ValueId weightBehind(const Graph& graph, ValueId value);

/// Gives every weight a short name by the role it plays, whatever the file calls it: W on an input,
/// R on a carry, B the bias beside them, P a peephole; K and b in layers without a carry, s a
/// scale, E an embedding table. Several of one role in a cell are numbered: K1, K2.
void nameWeights(const Graph& graph, CellOutline& outline);

}
