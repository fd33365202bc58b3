#pragma once

#include "engine/diagnostics/framework_tables.h"
#include "engine/session/forward_subject.h"
#include "engine/session/gradient_verdicts.h"

#include <stop_token>

namespace backstep {

/// The gradient that is in force at a node: the choice of the narrowest scope; null where none is
/// attached (SEMANTICS R15b).
const GradientChoice* choiceFor(const Document& document, const Graph& program, NodeId node);

/// A fix that is to be taken home as code.
struct FixToExport {
    NodeId node = kNoNode; ///< of the program
    JudgedGradient judged;
    std::string forward; ///< what an op computes that only the user knows; "" otherwise
    /// Of a node that something else was put in the place of: the op as the file has it.
    std::optional<ForwardSubject> replaced = {};
    std::optional<ForwardError> distance = {}; ///< of what is computed there from the op
    /// Weights that the forward may name.
    std::vector<std::pair<std::string, TensorType>> weights = {};
};

/// Finds the gradient that is attached to a node and judges it on what the session's pass has seen;
/// else what is computed in the place of the op that the node is a part of. The Error: neither.
Result<FixToExport> fixOf(DebugSession& session, NodeId node, const std::string& forward = {},
                          std::stop_token stop = {});

/// What is put before a node that does not take its input (the first of `insertionsFor`, or another
/// by number), as a module of Python (exporters/code/preprocessing_code.h). The Error: nothing is
/// to be put there, or it has no form as code.
Result<std::string> insertionCodeOf(const Document& document, NodeId node, size_t number,
                                    Framework framework);

/// The fix as a module of Python (exporters/code/fix_code.h), with the op's place, the verdict and
/// the reason of a surrogate in the comment at its top.
Result<std::string> codeOf(const Graph& program, const FixToExport& fix, Framework framework);

}
