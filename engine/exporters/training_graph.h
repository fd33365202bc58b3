#pragma once

#include "engine/autodiff/report.h"
#include "engine/graph/graph.h"

#include <map>
#include <string>

namespace backstep {

/// A program with its loss and backward pass.
struct TrainingProgram {
    const Graph& graph;
    const std::map<ValueId, ValueId>& cotangents; ///< forward value to its cotangent
    const ConversionReport& report;
};

/// The bytes of an ONNX model that computes it all (SEMANTICS R18). Inputs: those of the program,
/// the target, and `dloss`, which is 1 unless given. Outputs: `loss`, the program's outputs, and
/// one gradient for each weight that has one, named WEIGHT.grad. The weights without one stand in
/// the metadata under `kAbsentGradientsKey`, as a JSON list. An Error names an op that ONNX has no
/// form for.
Result<std::string> trainingGraphAsOnnx(const TrainingProgram& program);
inline constexpr const char* kAbsentGradientsKey = "backstep.absent_gradients";

}
