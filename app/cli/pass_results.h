#pragma once

#include "engine/session/debug_session.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace backstep {

/// The gradient of one weight or floating input after a pass; null where there is none.
struct GradientResult {
    std::string name;
    Shape shape;
    Arrival arrival;
    bool isInput = false;
    Tensor gradient;
    double norm = 0, largest = 0;
    int64_t nonFiniteCount = 0;
};

/// What one forward and backward pass gave.
struct PassResults {
    PassState state;
    std::optional<double> loss;
    DType lossType = DType::Float32;
    std::vector<GradientResult> gradients; ///< weights, then floating inputs
    std::map<std::string, Tensor> outputs;
};

/// Runs the whole pass, past ops that lose the gradient, and reads its results. An incomplete
/// gradient counts as none unless `allowsIncomplete`.
PassResults runPass(DebugSession& session, bool allowsIncomplete);

/// The entries of `run --save`: loss, output:NAME, grad:NAME, status:NAME.
std::map<std::string, Tensor> savedEntries(const PassResults& results);

}
