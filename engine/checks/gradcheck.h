#pragma once

#include "engine/checks/probe.h"

#include <cstdint>
#include <stop_token>
#include <string_view>

namespace backstep {

/// What a gradient check found (SEMANTICS R13, R14).
enum class GradcheckVerdict : uint8_t {
    Exact,
    Differs,
    Unverifiable, ///< at a kink or a jump, or a value is not finite: no derivative exists there
    NotDecided,   ///< all slopes lie below the noise
};
std::string_view nameOf(GradcheckVerdict verdict);

/// One entry of the Jacobian: a gradient beside the slope found by differences.
struct JacobianEntry {
    Element output; ///< value kNoValue: the sum of all outputs, each times a random number
    Element input;  ///< value kNoValue: all inputs moved together in a random direction
    double gradient = 0, slope = 0;
    double tolerance = 0;
    double relativeError = 0; ///< to the largest slope of this output
    Around around = Around::Smooth;
};

struct GradcheckReport {
    GradcheckVerdict verdict = GradcheckVerdict::NotDecided;
    int64_t agreeing = 0;  ///< entries that were decided and agree
    int64_t zero = 0;      ///< of them no slope and no gradient, exactly
    int64_t undecided = 0; ///< below the noise
    int64_t atKinks = 0, atJumps = 0, notFinite = 0;
    int64_t differing = 0;
    JacobianEntry worst; ///< of the differing ones (one of two elements first), else the agreeing
};

struct GradcheckOptions {
    size_t largestJacobian = 256; ///< entries; of a larger one about this many are looked at
    uint32_t seed = 1;
    std::stop_token stop = {}; ///< gives up between two columns: the report is then of no use
};

/// What a gradient does, whatever the derivative is (SEMANTICS R14); by random cotangents.
struct GradientBehaviour {
    double live = 0;      ///< share of input elements that get a non-zero gradient
    bool isLinear = true; ///< in dy: sums and multiples are kept
    bool isZeroAtZero = true;
};
GradientBehaviour behaviourOf(Probe& probe, uint32_t seed = 1);

/// How far <w, Jv> is from <J'w, v>, relative to the sum of the sizes of their terms: for a
/// gradient that is linear in dy. Jv is the gradient of the gradient by its cotangent (SEMANTICS
/// R13). An Error: an op of the gradient has no rule itself.
Result<double> transposeError(const CheckedFunction& function, uint32_t seed = 1);

/// Compares the gradient with differences of the function, entry by entry of the Jacobian, and for
/// a random weighing of all outputs (SEMANTICS R13).
GradcheckReport gradcheck(Probe& probe, const GradcheckOptions& options = {});

}
