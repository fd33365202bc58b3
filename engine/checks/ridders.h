#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace backstep {

/// A function of one number, seen at a point plus an offset: its results, and what they decided
/// (comparisons, integers, signs at kinks) as one number.
struct Sample {
    std::vector<double> values;
    uint64_t trace = 0;
};
using SampleAt = std::function<Sample(double offset)>;

/// A slope found by differences, with an estimate of its error and the step that it came from.
struct Slope {
    double value = 0, error = 0, step = 0;
};

/// How the function behaves around the point.
enum class Around : uint8_t {
    Smooth,
    Kink,      ///< continuous, the decisions differ however small the step
    Jump,      ///< the values themselves differ however small the step
    NotFinite, ///< a value is not finite at the point or on both sides of it
};

/// Slopes of every result at once.
struct Slopes {
    Around around = Around::Smooth;
    std::vector<Slope> slopes;      ///< from both sides
    std::vector<Slope> left, right; ///< of a kink: one-sided
};

/// Central differences extrapolated to step 0 by Ridders' scheme (C. J. F. Ridders, Advances in
/// Engineering Software 4 (2), 1982), for each result the estimate of smallest error. The step
/// shrinks until all evaluations decide alike (SEMANTICS R13).
Slopes slopesAround(const SampleAt& sampleAt, double firstStep);

}
