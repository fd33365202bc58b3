#pragma once

#include "engine/base/result.h"
#include "engine/graph/graph.h"

namespace backstep {

// Graph to graph, meaning kept; each pass is idempotent and keeps provenance.

/// Drops ops inside bodies that change nothing: Identity, a Cast to the same dtype, an Expand or
/// Reshape to the same shape. They are loop plumbing of exporters.
void dropPlumbing(Graph& graph);

/// Moves ops whose operands all come from outside a body out of it: the Reshape of a bias belongs
/// to the weight, not to the timestep.
void hoistInvariants(Graph& graph);

/// Tells weights from constants (SEMANTICS R6): every Weight that reaches no weight slot becomes a
/// Constant.
void classifyWeights(Graph& graph);

/// Computes what depends on constants alone.
void foldConstants(Graph& graph);

/// Removes what the expansion of a recurrent op made and nothing reads: final states that the model
/// does not use. Ops of the file itself stay, used or not.
void dropUnusedExpansions(Graph& graph);

/// Removes constants and inputless leftovers that nothing reads.
void dropUnusedConstants(Graph& graph);

/// Moves ops that keep the axis of time into the body that makes it: they become ops of every
/// timestep (passes/sink.cpp says which).
void sinkIntoBodies(Graph& graph);

/// All of the above in order, then order and invariants. An Error is a cycle through bodies.
Result<void> runImportPasses(Graph& graph);

}
