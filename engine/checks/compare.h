#pragma once

#include "engine/autodiff/profile.h"

#include <array>
#include <string>
#include <vector>

namespace backstep {

/// What the four profiles make of one op.
struct ComparedOp {
    NodeId node = kNoNode;
    std::array<std::string, 4>
        words;                       ///< Backstep, TensorFlow, PyTorch, JAX: "gradient", "zeros"...
    std::array<std::string, 4> whys; ///< by which function, with the exception's text
};

/// The ops on a gradient path of which not all four say "gradient".
std::vector<ComparedOp> compareProfiles(const Graph& graph, const ConversionReport& own,
                                        const FrameworkAnswers& frameworks, bool isEager);

}
