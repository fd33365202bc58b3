#pragma once

#include "engine/passes/place_node.h"

namespace backstep {

/// Rewrites a node of an older opset in the words of the newest one: attributes that became inputs,
/// defaults that moved. What has no equal gets a problem.
void adaptToNewest(NodeRequest& request, int64_t opset, GraphBuilder& builder);

}
