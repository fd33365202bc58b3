#pragma once

#include "engine/diagnostics/traceback.h"
#include "engine/graph/graph.h"

#include <vector>

namespace backstep {

/// The ops of the graph that a traceback names: by op type (also under the framework's own name, or
/// the nearest function's), by node, tensor or layer name. Forward ops, in the order of the graph.
std::vector<NodeId> opsNamedBy(const TracebackCause& cause, const Graph& graph);

}
