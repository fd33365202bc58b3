#pragma once

#include "engine/diagnostics/fix.h"

#include <span>
#include <string_view>
#include <vector>

namespace backstep {

/// A forward that stands in for one whose gradient is zero or missing: a row of the library. Its
/// kind says what becomes of the numbers: ReplaceForward computes something smooth, GradientOnly
/// keeps the op's own numbers and takes the gradient of the smooth form (straight-through,
/// hard + (soft - stop_gradient(soft))).
struct SoftForward {
    std::string_view id; ///< for ever: files, tests and --fix name it
    std::string_view title;
    FixKind kind;
    std::string_view ops; ///< op types, with a space between
    /// What it computes, as an expression. {k} stands for the sharpness, {axis=0} for an attribute
    /// of the op with its default, {min} for the value of an operand that is known.
    std::string_view forward;
    std::string_view without = {}; ///< an operand that the op must not have
    std::string_view use;          ///< what it is good for, and what it costs
    std::string_view source;       ///< paper
    double sharpness = 0;          ///< to begin with; 0: the form has none
    double least = 0.5, most = 50; ///< range of the sharpness

    bool fits(std::string_view opType) const;
};

/// The whole library, the most used first. The manual's page is made from it.
std::span<const SoftForward> softForwards();
const SoftForward* softForwardWithId(std::string_view id);
/// The rows for an op type, in the order of the library.
std::vector<const SoftForward*> softForwardsFor(std::string_view opType);

}
