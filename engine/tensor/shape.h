#pragma once

#include "engine/base/result.h"

#include <array>
#include <cassert>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace backstep {

inline constexpr int kMaxRank = 8;

/// Sizes (or strides) per axis, outermost first, held in place: copying one allocates nothing.
class Shape
{
public:
    Shape() = default;
    Shape(std::initializer_list<int64_t> sizes) : Shape(std::span(sizes.begin(), sizes.size())) {}
    explicit Shape(std::span<const int64_t> sizes) : m_rank(static_cast<uint8_t>(sizes.size()))
    {
        assert(sizes.size() <= kMaxRank);
        std::copy(sizes.begin(), sizes.end(), m_sizes.begin());
    }
    static Shape filled(int rank, int64_t value)
    {
        Shape shape;
        shape.m_rank = static_cast<uint8_t>(rank);
        std::fill_n(shape.m_sizes.begin(), rank, value);
        return shape;
    }

    int rank() const { return m_rank; }
    int64_t operator[](int axis) const { return m_sizes[static_cast<size_t>(axis)]; }
    int64_t& operator[](int axis) { return m_sizes[static_cast<size_t>(axis)]; }
    /// The size counted from the last axis: back(0) is the innermost.
    int64_t back(int fromEnd = 0) const { return (*this)[m_rank - 1 - fromEnd]; }
    const int64_t* begin() const { return m_sizes.data(); }
    const int64_t* end() const { return m_sizes.data() + m_rank; }
    std::span<const int64_t> sizes() const { return {begin(), end()}; }

    /// Number of elements; 1 for a scalar.
    int64_t count() const
    {
        int64_t n = 1;
        for (int64_t size : *this)
            n *= size;
        return n;
    }
    void append(int64_t size)
    {
        assert(m_rank < kMaxRank);
        m_sizes[m_rank++] = size;
    }
    void insert(int axis, int64_t size);
    void erase(int axis);

    /// Row-major strides in elements.
    Shape denseStrides() const;
    /// "[4, 12, 8]"; "[]" for a scalar.
    std::string text() const;
    bool operator==(const Shape& other) const
    {
        return std::equal(begin(), end(), other.begin(), other.end());
    }

private:
    std::array<int64_t, kMaxRank> m_sizes{};
    uint8_t m_rank = 0;
};

/// The common shape of two by the rules of NumPy and ONNX, or an error that names both.
Result<Shape> broadcastShapes(const Shape& a, const Shape& b);

/// `axis` counted from the front (a negative one counts from the end), or an error.
Result<int> normalizedAxis(int64_t axis, int rank);

}
