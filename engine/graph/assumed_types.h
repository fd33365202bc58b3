#pragma once

#include "engine/graph/graph.h"

#include <algorithm>

namespace backstep {

/// The type of something that the node reads is stated nowhere (SEMANTICS R16): the node cannot be
/// computed, and what does not fit is no fault of it.
inline bool readsAssumedType(const Graph& graph, const Node& node)
{
    return std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
        return input != kNoValue && graph.value(input).isTypeAssumed;
    });
}

}
