#pragma once

#include "engine/autodiff/profile.h"
#include "engine/diagnostics/finding.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// What the four profiles make of one op.
struct ComparedOp {
    NodeId node = kNoNode;
    std::array<std::string, 4>
        words;                       ///< Backstep, TensorFlow, PyTorch, JAX: "gradient", "zeros"...
    std::array<std::string, 4> whys; ///< by which function, with the exception's text
};

/// Whatever the ops around it do.
ComparedOp compareOp(NodeId node, const ConversionReport& own, const FrameworkAnswers& frameworks,
                     bool isEager);

/// What one profile says at the place of a finding.
struct ProfileSaying {
    std::string
        word; ///< what becomes of a gradient there: "gradient", "zeros", "None", "raises"...
    const DiagnosticKind* kind = nullptr; ///< null: no finding by its rules
    std::string sentence;                 ///< in the framework's words; of Backstep the message
};

/// A finding of at least one of the four profiles: a row of the comparison.
struct ComparedFinding {
    NodeId node = kNoNode; ///< of the document's graph; kNoNode: about the whole model
    std::vector<TimestepRange> timesteps;
    std::string title;                     ///< of the first profile that has one
    std::array<ProfileSaying, 4> profiles; ///< Backstep, TensorFlow, PyTorch, JAX
    std::vector<std::string> worksIn;      ///< "Works in PyTorch: ...", where that is true
};

/// "Backstep", "TensorFlow", "PyTorch", "JAX": the columns.
inline constexpr std::array<std::string_view, 4> kProfileTitles{"Backstep", "TensorFlow", "PyTorch",
                                                                "JAX"};

}
