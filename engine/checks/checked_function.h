#pragma once

#include "engine/autodiff/differentiate.h"

namespace backstep {

/// A function under check: a forward graph whose floats are float64, a point, and the gradients
/// that are not the ops' own. Its graph outputs are what is differentiated.
struct CheckedFunction {
    Graph graph;
    std::map<ValueId, Tensor> point; ///< of every Input
    GradientTable gradients;
    IdBook ids;         ///< of what differentiation has made so far
    uint32_t order = 1; ///< of its gradient: 2 where it is a gradient itself
};

/// A function with its backward pass: that of L = sum over floating outputs of <w, y>.
struct WeighedGradient {
    Differentiated whole;
    std::vector<ValueId> inputs;  ///< floating ones, without the weights
    std::vector<ValueId> results; ///< floating outputs, each once
    std::vector<ValueId> weights; ///< the w of each result: Inputs named "cotangent"
};
Result<WeighedGradient> withGradient(CheckedFunction& function);

/// The gradient as a function of its own: of the inputs and of the cotangents, which are drawn. Its
/// gradient is the second order (SEMANTICS R22).
Result<CheckedFunction> gradientFunction(CheckedFunction function, uint32_t seed = 1);

}
