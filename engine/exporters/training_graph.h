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

enum class HelperForm : uint8_t { Called, Inlined };

/// The bytes of an ONNX model that computes it all (SEMANTICS R18). Inputs: those of the program,
/// the target, `dloss`, which is 1 unless given, and with random ops what they draw by (kDrawName).
/// Outputs: `loss`, the program's outputs, and one gradient for each weight that has one, named
/// WEIGHT.grad. The weights without one stand in the metadata under `kAbsentGradientsKey`, as a
/// JSON list. Helper ops are calls of functions that the file holds, or stand in it opened. An
/// Error names an op that ONNX has no form for.
Result<std::string> trainingGraphAsOnnx(const TrainingProgram& program,
                                        HelperForm helpers = HelperForm::Called);
inline constexpr const char* kAbsentGradientsKey = "backstep.absent_gradients";

}
