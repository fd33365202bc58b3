#pragma once

#include "engine/session/observer.h"

#include <functional>

namespace backstep {

/// One op inside a helper op: `name = text`, such as "t1 = y * y".
struct BodyStep {
    std::string name, text;
    ValueSnapshot value; ///< its tensor is null while the helper's inputs are not there yet
};

/// What a helper op (TanhGrad, MSE, ...) means in ONNX's words; no steps for an op without a body.
struct BodySnapshot {
    std::string op;
    std::vector<BodyStep> steps;
};

/// Builds the body anew and computes it from the op's inputs: nothing of it is kept in a run.
/// `input` gives the value of each input of the node (null where it is not executed).
BodySnapshot openBody(const Graph& graph, NodeId node, const std::function<Tensor(ValueId)>& input);

/// The node itself, or, for a backward selection, the first op of the same gradient that has a
/// body; kNoNode when none has.
NodeId nodeWithBody(const Graph& graph, NodeId selected);

/// Minimum, maximum and the counts of a snapshot from its tensor.
void fillStatistics(ValueSnapshot& value);

}
