#pragma once

#include "engine/session/debug_session.h"

namespace backstep {

/// How far what takes an op's place is from the op, on the values that the op saw.
struct ForwardError {
    double largest = 0, mean = 0; ///< of |given - own|
    int64_t count = 0;            ///< elements of the op's first output that were compared
    bool areDrawn = false;        ///< the op was not run: inputs are normal(0, 1), seeded
};

/// Both computed in float64 at the places where the op ran, 16 at most. Error: the text does not
/// compile, or one of the two cannot be computed.
Result<ForwardError> forwardErrorOf(DebugSession& session, NodeId node,
                                    const ForwardChoice& choice);

/// What the text computes of numbers, for an op of one floating input that works element by
/// element; empty for others.
std::vector<double> forwardCurve(const Graph& graph, const Node& node, const std::string& text,
                                 const std::vector<double>& x);

}
