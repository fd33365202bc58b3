#pragma once

#include "engine/importers/imported_model.h"
#include "engine/passes/place_node.h"

namespace backstep {

/// Puts what a given forward computes in the place of a node (SEMANTICS R16). The text may name the
/// node's inputs (x, x0, x1...; the ports of an op that is known) and the weights: by their names
/// where these are names in Python, else as weight("lstm/W"). The outputs take the dtypes that the
/// file states; another shape is refused. An Error has the code "forward", and a column where the
/// text is at fault.
Result<std::vector<Value>> placeForward(GraphBuilder& builder, const NodeRequest& request,
                                        const ForwardChoice& choice);

}
