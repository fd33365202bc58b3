#pragma once

#include "engine/checks/gradcheck.h"
#include "engine/session/debug_session.h"

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
};

/// Checks the forward ops named (by node name or type; empty: all, and the whole model behind them)
/// at the first, middle and last timestep. Runs the forward pass of a session that was opened in
/// float64.
std::vector<OpGradcheck> gradcheckModel(DebugSession& session, const std::string& op = {},
                                        const GradcheckOptions& options = {});

}
