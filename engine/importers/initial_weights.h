#pragma once

#include "engine/tensor/tensor.h"

#include <cstdint>
#include <random>
#include <vector>

namespace backstep {

/// Draws first weights; the same seed gives the same weights on every machine. Each tensor has the
/// dtype asked for (float32 or float64).
class InitialWeights
{
public:
    InitialWeights(uint32_t seed, DType dtype) : m_random(seed), m_dtype(dtype) {}

    /// Uniform within sqrt(6 / (fanIn + fanOut)): Glorot and Bengio 2010, eq. 16.
    Tensor glorotUniform(Shape shape, int64_t fanIn, int64_t fanOut);
    /// Uniform within +-limit.
    Tensor uniform(Shape shape, double limit);
    /// [rows, columns] reshaped to `shape`; the columns are orthonormal (the rows, when there are
    /// fewer of them); beyond 512 of them, of length 1 and nearly orthogonal.
    Tensor orthogonal(Shape shape, int64_t rows, int64_t columns);
    /// Zeros but for `value` in [first, first + count).
    Tensor zerosWith(Shape shape, int64_t first, int64_t count, double value);

    DType dtype() const { return m_dtype; }
    double uniformNumber(); ///< in (0, 1)
    double normalNumber();  ///< mean 0, deviation 1

private:
    Tensor tensorOf(Shape shape, const std::vector<double>& numbers) const;

    std::mt19937
        m_random; // its numbers are fixed by the standard; those of the distributions are not
    DType m_dtype;
};

}
