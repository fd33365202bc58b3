#pragma once

#include "engine/checks/element_checks.h"
#include "engine/checks/gradient_verdict.h"
#include "engine/session/debug_session.h"
#include "engine/session/forward_looks.h"

#include <stop_token>

namespace backstep {

/// What is said of a gradient for all ops that its target names.
struct JudgedGradient {
    GradientChoice choice;
    NodeId node = kNoNode; ///< the op that decided: the worst of them
    int64_t nodeCount = 0;
    VerdictReport verdict; ///< of that op; elements and places are those of all
    /// Of a pasted function that computes something too: how far that is from the op. A gradient
    /// of another function is the commonest mistake.
    std::optional<ForwardError> forward;
    std::string sentence;       ///< for people
    std::optional<Error> error; ///< of a text that does not compile, with its column
};

/// Judges a gradient, attached or only typed, on the values that its ops have seen so far in the
/// session's pass; on drawn ones (normal, seeded) where they were not run (SEMANTICS R14). Changes
/// nothing, and runs nothing but these ops. A gradient that differs and is accepted is a surrogate.
/// Of a target of many ops the first 32 are looked at. A stop gives what is known by then.
JudgedGradient verdictOn(DebugSession& session, const GradientChoice& choice,
                         std::stop_token stop = {});

/// One row of the table of a check.
struct CheckedElement {
    OpAddress at;
    std::string element; ///< "x[3, 1]"
    ElementCheck check;
};
/// Gradient beside slope for some elements of one op, at the first, middle and last of the places
/// that it was seen at. An Error: the text does not fit, or the op cannot be computed alone.
Result<std::vector<CheckedElement>> checkedElements(DebugSession& session, NodeId node,
                                                    const std::string& text,
                                                    size_t mostOfAPlace = 64,
                                                    std::stop_token stop = {});

/// `verdictOn` for each gradient of the document, in its order.
std::vector<JudgedGradient> verdictsOf(DebugSession& session, std::stop_token stop = {});

/// The document with the difference beside every answer that a gradient may differ, measured now
/// where it was not when the answer was given: a later load is compared with it (SEMANTICS R14).
Document withDifferences(DebugSession& session);

/// What is wrong with attached gradients: not the derivative and not accepted, or dead.
FindingList findingsOf(const Graph& graph, const std::vector<JudgedGradient>& gradients);

}
