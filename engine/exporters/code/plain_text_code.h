#pragma once

#include "engine/exporters/code/preprocessing_steps.h"

namespace backstep {

// Text that becomes features without a table that learns: vectors with a one at the id of the
// text, or the numbers that the texts are.

/// A Keras layer, a torch module or a function for JAX.
std::string plainTextBody(const PreprocessingSteps& steps, Framework framework);
/// That a recurrent layer takes what it gives, and that these are the numbers.
std::string plainTextTest(const PreprocessingSteps& steps, const Tensor& texts,
                          Framework framework);

}
