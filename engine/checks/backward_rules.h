#pragma once

#include "engine/graph/graph.h"

#include <vector>

namespace backstep {

/// The ops of one forward op's gradient in one region, in order.
struct BackwardRule {
    NodeId primal = kNoNode;
    std::vector<NodeId> ops;
    /// What ops of other rules read, and the next timestep. Sums over timesteps are left out: what
    /// a single timestep gives to them may be as small as it is.
    std::vector<ValueId> results;
    bool runsAlways = true; ///< at every timestep, without an op that cannot be computed
};
std::vector<BackwardRule> backwardRules(const Graph& graph);

}
