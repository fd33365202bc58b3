#pragma once

#include "engine/autodiff/cut_sets.h"
#include "engine/autodiff/gradient_table.h"
#include "engine/autodiff/report.h"
#include "engine/graph/graph.h"

#include <unordered_map>
#include <vector>

namespace backstep {

/// What arrives at a value walking back, while the walk goes on.
struct Presence {
    Flow flow = Flow::None;
    bool isOnPath = false; ///< the loss depends on the value
    uint32_t cuts = 0;     ///< ops that lost something on the way here: a set of CutSets
};

/// What must lead from a target to an op for the op to take part in the backward walk.
enum class Tracking : uint8_t {
    Values,    ///< any dependence at all: Backstep's own analysis
    Floats,    ///< floating values alone: TensorFlow's tape
    Gradients, ///< floating values through ops that hand a gradient on: PyTorch's graph
    Tangents,  ///< the same, and a zero everywhere ends it: JAX's tracer
};

/// How a profile's walk differs from Backstep's own, which is the default (SEMANTICS R4).
struct FlowRules {
    struct Op {
        GradientState state;
        std::vector<int> lacks; ///< inputs that get none although others do
        GradientState lackState = GradientState::NotDifferentiable;
    };
    std::unordered_map<uint32_t, Op> ops; ///< by node id; others as Backstep has them
    Tracking tracking = Tracking::Values;
    /// A loop whose backward pass runs gives zeros where nothing arrives: TensorFlow's While.
    bool fillsLoops = false;
};

/// How an op hands on what arrives at its outputs. A cut or a custom gradient comes before what a
/// profile says, and that before the op's own record.
GradientState stateOf(const Graph& graph, const Node& node, const GradientTable& table,
                      const FlowRules& rules);
/// The same where no custom gradient stands.
GradientState ownStateOf(const Graph& graph, const Node& node, const FlowRules& rules);

/// No cotangent is known behind such an op.
bool isBlocking(GradientState state);

/// What an op lets through to its inputs (SEMANTICS R1, R2).
Presence passed(Presence arriving, GradientState state, NodeId node, CutSets& sets);

/// A value that a cotangent may belong to: floating, or of a type that nothing states.
bool mayCarry(const Graph& graph, ValueId value);

}
