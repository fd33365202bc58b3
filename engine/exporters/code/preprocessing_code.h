#pragma once

#include "engine/base/result.h"
#include "engine/diagnostics/framework_tables.h"
#include "engine/exporters/onnx_insertion.h"

#include <string>
#include <vector>

namespace backstep {

/// Ops that are put before one that does not take its input, and what they are for.
struct PreprocessingSubject {
    std::vector<InsertedNode> chain;
    Tensor texts;                        ///< what goes in, where it is text; null otherwise
    TensorType input;                    ///< what goes in
    bool isTimeFirst = false;            ///< what reads it has the axes time, batch, features
    std::vector<std::string> about = {}; ///< lines of the comment at the top
};

/// The chain as a module of Python: a Keras layer, a torch module or a function for JAX, with a
/// test that it takes the input and that the embedding learns. In Keras the batch comes first, as
/// its layers want it. The Error names an op of the chain that is not written.
Result<std::string> preprocessingAsCode(const PreprocessingSubject& subject, Framework framework);

}
