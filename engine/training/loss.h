#pragma once

#include "engine/base/result.h"
#include "engine/graph/graph.h"

#include <string>

namespace backstep {

inline constexpr std::string_view kTargetName = "target";

/// What a loss is taken of: one output of the graph, or kNoValue when no output is floating.
/// `wanted` names it; "" is the first floating one. Error: there is no such output, or it is not
/// floating.
Result<GraphOutput> lossOutput(const Graph& graph, const std::string& wanted);

enum class LossForm : uint8_t {
    MeanSquare,         ///< mean over all elements of (output - target)^2
    CrossEntropyIndex,  ///< logits on the last axis, int64 class indices without it
    CrossEntropyOneHot, ///< logits, probabilities of the same shape
    Sum,                ///< sum of all elements, no target
};

/// Adds the loss of `output` to the graph as nodes of phase Loss, and an Input named "target"
/// (see LossForm for its type). graph.loss is a scalar of the output's dtype then.
Result<void> addLoss(Graph& graph, const GraphOutput& output, LossForm form);

}
