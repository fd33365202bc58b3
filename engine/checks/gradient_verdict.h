#pragma once

#include "engine/checks/gradcheck.h"
#include "engine/checks/known_gradient.h"

#include <functional>

namespace backstep {

/// Whether a gradient that the user gives is the derivative (SEMANTICS R14).
enum class Verdict : uint8_t {
    Exact,
    Surrogate,    ///< differs, and was accepted with a reason
    Differs,      ///< not the derivative, not answered yet
    Unverifiable, ///< nothing to compare with: no forward, random, zero almost everywhere, kinks
    Cut,          ///< gives nothing, on purpose: there is nothing to judge
    Invalid,      ///< does not compile or fit, or is not finite where the op is
};
std::string_view nameOf(Verdict verdict);

/// The place where a gradient lies furthest from what it is compared with.
struct GradientDifference {
    double size = 0;
    double given = 0, expected = 0; ///< dx there
    bool isForOnes = true;          ///< for dy = 1 everywhere; else for a drawn dy
    double x = 0;                   ///< the input there
    OpAddress at;
    std::string element; ///< "x[17, 41]"
};

/// What is found out about a gradient (SEMANTICS R14).
struct VerdictReport {
    Verdict verdict = Verdict::Unverifiable;
    std::string why;     ///< of Unverifiable and Invalid
    bool isFlat = false; ///< the derivative is zero almost everywhere: a surrogate must differ
    bool hasDerivative = false; ///< `fromDerivative` holds: the op has a rule, or slopes were found
    GradientDifference fromDerivative;
    std::optional<double> factor;    ///< the gradient is this many times the derivative
    std::optional<KnownMatch> known; ///< whose gradient it is instead
    GradientDifference fromKnown;
    GradientBehaviour behaviour;
    bool hasBehaviour = false;
    int64_t elementCount = 0;     ///< that were compared
    int64_t placeCount = 0;       ///< at as many (op, timestep)s
    bool isOnDrawnValues = false; ///< the op was not run: its inputs were drawn
};

/// A gradient with the values that the op saw.
struct VerdictSubject {
    const Graph& graph;
    const Node& node;
    const CustomGradient& custom;
    std::vector<OpAddress> places; ///< at least one
    /// An input's value at a place, null where there is none; floats of any width.
    std::function<Tensor(ValueId, const OpAddress&)> valueAt;
    bool areDrawn = false; ///< they are no values of a run
};

/// Compares the gradient with the op's own rule at every element of the places, with differences of
/// the op's values at some of them, and with the gradients of known functions; all in float64
/// (SEMANTICS R13, R14). Looks at as many places as hold about 65,536 elements together, and at
/// 16 at most. Never says Surrogate: accepting is the user's.
VerdictReport judgeGradient(const VerdictSubject& subject);

/// "Differs from sign, as a surrogate must. Equals the gradient of tanh; the largest difference is
/// 2.4e-09, at t3 [17, 41]." `opType` as ONNX writes it.
std::string sentenceOf(const VerdictReport& verdict, const Node& node);
/// "exact gradient of tanh", or the verdict alone.
std::string shortWords(const VerdictReport& verdict);

}
