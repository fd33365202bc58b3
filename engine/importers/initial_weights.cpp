#include "engine/importers/initial_weights.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

namespace backstep {

double InitialWeights::uniformNumber()
{
    return (static_cast<double>(m_random()) + 0.5) / 4294967296.0;
}

double InitialWeights::normalNumber()
{
    // Box and Muller 1958
    const double radius = std::sqrt(-2 * std::log(uniformNumber()));
    return radius * std::cos(2 * std::numbers::pi * uniformNumber());
}

Tensor InitialWeights::tensorOf(Shape shape, const std::vector<double>& numbers) const
{
    return Tensor::of<double>(shape, numbers).converted(m_dtype);
}

Tensor InitialWeights::uniform(Shape shape, double limit)
{
    std::vector<double> numbers(static_cast<size_t>(shape.count()));
    for (double& number : numbers)
        number = (2 * uniformNumber() - 1) * limit;
    return tensorOf(shape, numbers);
}

Tensor InitialWeights::glorotUniform(Shape shape, int64_t fanIn, int64_t fanOut)
{
    return uniform(shape, std::sqrt(6.0 / static_cast<double>(fanIn + fanOut)));
}

Tensor InitialWeights::orthogonal(Shape shape, int64_t rows, int64_t columns)
{
    // Gram-Schmidt on normal vectors: as many as the smaller side, each as long as the larger one.
    const auto length = static_cast<size_t>(std::max(rows, columns));
    const auto count = static_cast<size_t>(std::min(rows, columns));
    // The work grows with count^2. Many long normal vectors are nearly orthogonal as they are.
    const size_t exactCount = std::min<size_t>(count, 512);
    std::vector<double> vectors(length * count);
    const auto vectorAt = [&](size_t i) { return std::span(vectors).subspan(i * length, length); };
    for (size_t i = 0; i < count; ++i) {
        const std::span<double> vector = vectorAt(i);
        for (double& number : vector)
            number = normalNumber();
        for (size_t earlier = 0; i < exactCount && earlier < i; ++earlier) {
            const std::span<const double> other = vectorAt(earlier);
            const double along =
                std::inner_product(other.begin(), other.end(), vector.begin(), 0.0);
            for (size_t k = 0; k < length; ++k)
                vector[k] -= along * other[k];
        }
        const double norm =
            std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0));
        for (double& number : vector)
            number /= norm;
    }
    if (rows <= columns)
        return tensorOf(shape, vectors);
    std::vector<double> matrix(vectors.size()); // the vectors become columns
    for (size_t i = 0; i < count; ++i)
        for (size_t k = 0; k < length; ++k)
            matrix[k * count + i] = vectors[i * length + k];
    return tensorOf(shape, matrix);
}

Tensor InitialWeights::zerosWith(Shape shape, int64_t first, int64_t count, double value)
{
    std::vector<double> numbers(static_cast<size_t>(shape.count()));
    std::fill_n(numbers.begin() + first, count, value);
    return tensorOf(shape, numbers);
}

}
