#pragma once

#include "engine/diagnostics/traceback.h"
#include "engine/graph/graph.h"

#include <string>
#include <vector>

namespace backstep {

/// A traceback's causes with their places in a model, if one is open.
struct Explanation {
    std::vector<TracebackCause> causes;      ///< the likeliest first
    std::vector<std::vector<NodeId>> places; ///< of each cause
    std::string file;                        ///< "" without a model
};

/// For a terminal; says plainly when no cause is known.
std::string explanationAsText(const Explanation& explanation, const Graph* graph);
/// One object on one line.
std::string explanationAsJson(const Explanation& explanation, const Graph* graph);

}
