#pragma once

#include "engine/diagnostics/framework_tables.h"
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
};

/// Finds the gradient that is attached to a node and judges it on what the session's pass has seen.
/// The Error: none is attached.
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
