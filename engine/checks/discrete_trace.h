#pragma once

#include "engine/execution/executor.h"

#include <cstdint>
#include <vector>

namespace backstep {

/// What a run has decided: all integer, boolean and string values, and on which side of their kinks
/// Relu, Abs, Max, Min, Clip, TopK and the like stood (SEMANTICS R13). Two runs with the same trace
/// lie on one smooth piece of the function.
class DiscreteTrace
{
public:
    /// Looks at the forward ops of the graph.
    explicit DiscreteTrace(const Graph& graph);
    /// The decisions of a run whose forward pass is complete, as one number.
    uint64_t of(Executor& executor) const;

private:
    const Graph& m_graph;
    std::vector<NodeId> m_nodes; ///< that decide something
};

}
