#pragma once

#include <QString>

#include <algorithm>
#include <cmath>

namespace backstep {

/// Norms span many decades: bars are long by the logarithm, from 1e-6 to 10.
inline constexpr double kSmallestExponent = -6, kLargestExponent = 1;

/// 0 to 1; of a positive norm.
inline double normShare(double norm)
{
    return std::clamp(
        (std::log10(norm) - kSmallestExponent) / (kLargestExponent - kSmallestExponent), 0.02, 1.0);
}

inline QString normRangeText()
{
    return QStringLiteral("1e-6 … 10");
}

}
