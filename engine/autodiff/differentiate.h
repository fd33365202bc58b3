#pragma once

#include "engine/autodiff/flow.h"

#include <map>
#include <span>

namespace backstep {

/// The forward graph with its backward pass in it.
struct Differentiated {
    Graph graph;
    /// Forward value to its total cotangent, wherever one is built; weights and inputs too.
    std::map<ValueId, ValueId> cotangents;
};

/// Extends a copy of `graph` by the backward pass of the scalar `loss` (ARCHITECTURE joints 3, 4,
/// 6). A cotangent is built exactly where `flow` says Zero or Live. Derived ids come from `book`:
/// the same document gives the same ids. An Error names the gradient that does not fit.
Result<Differentiated> differentiate(const Graph& graph, ValueId loss,
                                     std::span<const ValueId> targets, const FlowAnalysis& flow,
                                     const GradientTable& table, IdBook& book, uint32_t order = 1);

}
