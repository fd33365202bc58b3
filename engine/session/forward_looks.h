#pragma once

#include "engine/session/compiled_forward.h"
#include "engine/session/forward_subject.h"

#include <algorithm>
#include <optional>

namespace backstep {

/// How far what takes an op's place is from the op, on the values that the op saw.
struct ForwardError {
    double largest = 0, mean = 0; ///< of |given - own|; infinite where one alone is not finite
    double scale = 0;             ///< the largest finite |own|
    int64_t count = 0;            ///< elements of the op's first output that were compared
    bool areDrawn = false;        ///< the op was not run: inputs are normal(0, 1), seeded
    double given = 0, own = 0;    ///< where the largest is
    std::optional<double> x;      ///< the op's first input there, where it has that element
    OpAddress at;
    std::string element; ///< "[2, 3]"

    /// But for rounding: the same function may be written in other ways.
    bool isEqual() const { return largest <= 1e-9 * std::max(1.0, scale); }
};

/// Both computed in float64 at the places where the op ran, 16 at most. Error: the text does not
/// compile (with a column), its result has another shape, or one of the two cannot be computed.
Result<ForwardError> forwardErrorOf(DebugSession& session, const ForwardSubject& subject,
                                    const std::string& text);
/// The same of an op of the session's program, as the file has it.
Result<ForwardError> forwardErrorOf(DebugSession& session, NodeId node, const std::string& text);
/// "is equal on 320 values", "differs by at most 0.12, at t3 [2, 4]: 0.9 in place of 1, where x
/// = 1.4".
std::string sentenceOf(const ForwardError& error);

/// The Error of a text that does not fit the op, with its column; looks at types alone, so that it
/// answers each key.
Result<void> fitsForward(const ForwardSubject& subject, const std::string& text);

/// The op and the text as functions of one number, in float64; each empty where it is none.
struct ForwardCurves {
    double left = -2, right = 2;
    std::vector<double> own, given;
};
ForwardCurves curvesOf(const ForwardSubject& subject, const std::string& text, double left,
                       double right, int sampleCount = 401);

/// What the text computes of numbers, for an op of one floating input that works element by
/// element; empty for others.
std::vector<double> forwardCurve(const Graph& graph, const Node& node, const std::string& text,
                                 const std::vector<double>& x);

}
