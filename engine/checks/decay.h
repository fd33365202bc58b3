#pragma once

#include <optional>
#include <span>

namespace backstep {

/// How a cotangent's norm changes from one timestep to the one before it (SEMANTICS R21).
struct Decay {
    double halfLife = 0;      ///< timesteps in which it halves; negative: in which it doubles
    double low = 0, high = 0; ///< quartiles of the same, by the slopes of pairs
    double octaves = 0;       ///< log2 of last over first, along the line
    bool isGeometric = true;  ///< false where the points lie more than an octave off the line
};

/// Fits log2 of the norms against steps back by Theil-Sen. `norms[k]` is the norm k steps back from
/// where the cotangent was injected, which is left out; so are exact zeros and values below 1e-30.
/// Nothing from fewer than 8 points.
std::optional<Decay> fitDecay(std::span<const double> norms);

}
