#pragma once

#include "engine/base/result.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// What a gradient of one number gives for dy = 1 at each x: `text` names x and dy alone. In
/// float64; an Error like those of the expression language.
Result<std::vector<double>> slopesOf(std::string_view text, std::span<const double> x);

/// The function whose gradient some slopes are, up to a factor.
struct KnownMatch {
    std::string_view function; ///< of `knownGradients`
    double factor = 1;
    double difference = 0; ///< the largest, of slopes
    size_t at = 0;         ///< where it is: index into x
};
/// The first row of `knownGradients` whose gradient the slopes equal (to 1e-7 of the largest), a
/// factor of 1 before any other; nothing where all slopes are zero or one of them is not finite.
/// Fewer than three different x decide nothing.
std::optional<KnownMatch> knownMatch(std::span<const double> x, std::span<const double> slopes);

/// The number c for which `slopes` = c * `others` (to 1e-7 of the largest), if there is one.
std::optional<double> commonFactor(std::span<const double> slopes, std::span<const double> others);

/// How far two gradients may lie apart and count as equal, relative to the largest (SEMANTICS R13).
inline constexpr double kEqualGradients = 1e-7;

}
