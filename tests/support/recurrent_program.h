#pragma once

#include "engine/execution/plan.h"
#include "engine/tensor/tensor.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace backstep {

struct RecurrentSize {
    int64_t hidden, batch, stepCount;
};

/// One recurrent layer with its backward pass, as the peers' scripts have it: input size = hidden
/// size, a fixed incoming gradient at every timestep, gradients for input, weights and bias.
struct RecurrentProgram {
    std::shared_ptr<const Graph> graph;
    std::map<ValueId, Tensor> feeds;
    std::map<std::string, ValueId> cotangents; ///< of "x", "W", "R" and "B"
};

/// The forward half of it.
struct RecurrentLayer {
    Graph graph;                                       ///< with its loss
    ValueId x = kNoValue, y = kNoValue, dy = kNoValue; ///< dy is of the type of y
    std::vector<ValueId> targets;                      ///< x and the weights
};

/// `cell` is "LSTM", "GRU" or "RNN", `direction` "forward" or "reverse". Both end the process with
/// a message when it cannot be built.
RecurrentLayer recurrentLayer(const std::string& cell, const RecurrentSize& size,
                              const std::string& direction = "forward");
RecurrentProgram recurrentProgram(const std::string& cell, const RecurrentSize& size,
                                  const std::string& direction = "forward");

}
