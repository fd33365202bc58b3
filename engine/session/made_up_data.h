#pragma once

#include "engine/base/result.h"
#include "engine/session/document.h"

namespace backstep {

/// What random ops draw by before any training step (Graph::draw).
Tensor drawOf(const InputChoice& choice);

/// A tensor for every Input of the graph: the given ones, converted to the input's dtype where only
/// the width differs, the rest made up from the seed by SEMANTICS R7. `notes` gets one sentence
/// for each made-up one; what random ops draw by is left to its content. Error: a given tensor does
/// not fit.
Result<std::map<ValueId, Tensor>> feedsFor(const Graph& graph, const InputChoice& choice,
                                           std::vector<std::string>& notes);

}
