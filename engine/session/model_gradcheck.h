#pragma once

#include "engine/checks/gradcheck.h"
#include "engine/session/debug_session.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace backstep {

/// What gradcheck says of one op of an open model, at the values of one timestep (SEMANTICS R13,
/// R14).
struct OpGradcheck {
    NodeId node = kNoNode; ///< kNoNode: the whole model, its loss by its weights
    OpAddress at;          ///< the timestep that told most
    std::string verdict; ///< a word of GradcheckVerdict, "surrogate", "zero almost everywhere", ...
    bool isFailure = false;
    std::string remark;                  ///< why there is no verdict, or what the worst entry is
    std::string worstOutput, worstInput; ///< "y[1, 2]", "x[0]"
    GradcheckReport report;
    GradientBehaviour behaviour;
    bool isChecked = false; ///< the three above hold
    /// Of an op whose gradient is linear in dy: how far <w, Jv> is from <J'w, v> (see
    /// transposeError); nothing where the gradient has no gradient itself.
    std::optional<double> transposeError;
};

/// What a check says of an op on the canvas and in lists.
enum class CheckMark : uint8_t {
    None, ///< nothing to check: no gradient, or zero almost everywhere
    Passes,
    Surrogate, ///< differs, and was accepted
    NotDecided,
    Fails,
};
CheckMark markOf(const OpGradcheck& check);

/// Told of each row as it is there.
using GradcheckProgress = std::function<void(const OpGradcheck& row, size_t done, size_t all)>;

/// Checks the forward ops named (by node name or type; empty: all, and the whole model behind them)
/// at the first, middle and last timestep. Runs the forward pass of a session that was opened in
/// float64.
std::vector<OpGradcheck> gradcheckModel(DebugSession& session, const std::string& op = {},
                                        const GradcheckOptions& options = {},
                                        const GradcheckProgress& progress = {});

/// All ops of a document, in float64 whatever its own precision: on a copy, so that nothing of the
/// document's session moves. Rows name the ops of `shown`, a program of the same document. A stop
/// in the options keeps the rows that are finished.
Result<std::vector<OpGradcheck>> gradcheckDocument(const Document& document, const Graph& shown,
                                                   const GradcheckOptions& options = {},
                                                   const GradcheckProgress& progress = {});

}
