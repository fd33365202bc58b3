#pragma once

#include "engine/graph/graph.h"

namespace backstep {

/// What becomes of cuts on purpose: ONNX has none, code has.
enum class Cuts : uint8_t { Open, Keep };

/// A program in the form that ONNX can hold (SEMANTICS R18): helper ops are opened into ONNX ops,
/// breaks of the gradient are gone, and what a Scan read of another one's timestep travels as a
/// stacked output and a sequence. The graph computes the same. An Error names an op that ONNX has
/// no form for. Cuts are opened into Identity, or kept as StopGradient.
Result<Graph> inExportForm(Graph graph, Cuts cuts = Cuts::Open);

}
