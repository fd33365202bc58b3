#pragma once

#include "engine/checks/gradient_verdict.h"

namespace backstep {

/// How far two gradients lie apart over all elements seen.
class GradientDistance
{
public:
    explicit GradientDistance(bool isForOnes) { m_largest.isForOnes = isForOnes; }
    /// Elements where one of both is not finite are left out.
    void add(const Probe& probe, const OpAddress& place, const std::vector<double>& given,
             const std::vector<double>& expected);

    bool isNone() const;
    double relative() const { return m_scale > 0 ? m_largest.size / m_scale : 0; }
    const GradientDifference& largest() const { return m_largest; }

private:
    double m_scale = 0; ///< the largest of both
    GradientDifference m_largest;
};

/// The gradient of a function of one number: what it gives at each element seen, for dy = 1.
class PointwiseSlopes
{
public:
    struct Pulled {
        const std::vector<double>&given, &givenDrawn; ///< for dy = 1, and for the dy drawn
        const std::vector<double>& expected;
        const std::vector<double>& dy;
    };
    void add(const Probe& probe, const OpAddress& place, const Pulled& pulled);
    /// An element as a place, with what is given there.
    GradientDifference differenceAt(size_t index, double size) const;

    bool areOfOneNumber = true; ///< one input, and dx of each element follows from its own dy alone
    std::vector<double> x, given, expected;

private:
    struct Part {
        size_t first;
        OpAddress at;
        std::string name;
        Shape shape;
    };
    std::vector<Part> m_parts;
};

}
