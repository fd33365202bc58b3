#pragma once

#include "engine/tensor/tensor.h"

#include <array>
#include <optional>
#include <span>
#include <utility>

namespace backstep {

/// Calls `body.template operator()<T>()` for the C++ type of a numeric or boolean dtype; false when
/// we do not compute with that dtype.
template<class Body> bool withNumericType(DType dtype, Body&& body)
{
    switch (dtype) {
    case DType::Float32:
        body.template operator()<float>();
        return true;
    case DType::Float64:
        body.template operator()<double>();
        return true;
    case DType::Int32:
        body.template operator()<int32_t>();
        return true;
    case DType::Int64:
        body.template operator()<int64_t>();
        return true;
    case DType::UInt8:
        body.template operator()<uint8_t>();
        return true;
    case DType::Int8:
        body.template operator()<int8_t>();
        return true;
    case DType::Int16:
        body.template operator()<int16_t>();
        return true;
    case DType::UInt16:
        body.template operator()<uint16_t>();
        return true;
    case DType::UInt32:
        body.template operator()<uint32_t>();
        return true;
    case DType::UInt64:
        body.template operator()<uint64_t>();
        return true;
    case DType::Bool:
        body.template operator()<bool>();
        return true;
    default:
        return false;
    }
}

/// Strides of `view` as if it had `shape` (its own shape broadcast to it): 0 along stretched axes.
Shape stridesBroadcastTo(const TensorView& view, const Shape& shape);

/// A loop over N operands of one shape, axes of size 1 dropped and neighbouring axes merged where
/// every operand allows it. The innermost axis is left to the caller: `run(offsets, length,
/// strides)`.
template<size_t N> class StridedLoop
{
public:
    StridedLoop(const Shape& shape, const std::array<Shape, N>& strides)
    {
        for (int axis = 0; axis < shape.rank(); ++axis) {
            if (shape[axis] == 1)
                continue;
            if (m_rank > 0 && mergesWithPrevious(strides, axis, shape[axis])) {
                m_sizes[m_rank - 1] *= shape[axis];
                for (size_t n = 0; n < N; ++n)
                    m_strides[n][m_rank - 1] = strides[n][axis];
                continue;
            }
            m_sizes[m_rank] = shape[axis];
            for (size_t n = 0; n < N; ++n)
                m_strides[n][m_rank] = strides[n][axis];
            ++m_rank;
        }
        m_isEmpty = shape.count() == 0;
    }

    template<class Run> void forEachRow(Run&& run) const
    {
        if (m_isEmpty)
            return;
        std::array<int64_t, N> offsets{}, inner{};
        if (m_rank == 0) {
            run(offsets, int64_t{1}, inner);
            return;
        }
        const size_t last = m_rank - 1;
        for (size_t n = 0; n < N; ++n)
            inner[n] = m_strides[n][last];
        std::array<int64_t, kMaxRank> index{};
        while (true) {
            run(offsets, m_sizes[last], inner);
            size_t axis = last;
            while (axis > 0) {
                --axis;
                ++index[axis];
                for (size_t n = 0; n < N; ++n)
                    offsets[n] += m_strides[n][axis];
                if (index[axis] < m_sizes[axis])
                    break;
                for (size_t n = 0; n < N; ++n)
                    offsets[n] -= m_strides[n][axis] * m_sizes[axis];
                index[axis] = 0;
                if (axis == 0)
                    return;
            }
            if (last == 0)
                return;
        }
    }

private:
    bool mergesWithPrevious(const std::array<Shape, N>& strides, int axis, int64_t size) const
    {
        for (size_t n = 0; n < N; ++n)
            if (m_strides[n][m_rank - 1] != strides[n][axis] * size)
                return false;
        return true;
    }

    std::array<int64_t, kMaxRank> m_sizes{};
    std::array<std::array<int64_t, kMaxRank>, N> m_strides{};
    size_t m_rank = 0;
    bool m_isEmpty = false;
};

/// The loop of an elementwise op: N - 1 inputs, broadcast to the shape of the output, and the
/// output.
template<size_t N>
StridedLoop<N> elementwiseLoop(std::span<const TensorView> inputs, const TensorView& output)
{
    std::array<Shape, N> strides;
    for (size_t i = 0; i + 1 < N; ++i)
        strides[i] = stridesBroadcastTo(inputs[i], output.shape);
    strides[N - 1] = output.strides;
    return StridedLoop<N>(output.shape, strides);
}

/// Copies elements between views of one shape and dtype (strings too).
void copyElements(const TensorView& from, const TensorView& to);

/// What a conversion to a small float does outside its range and between two of its numbers.
struct FloatRounding {
    OutOfRange outside = OutOfRange::Overflows;
    ScaleRounding scale = ScaleRounding::Up;
};

/// Converts elements as ONNX Cast does between numeric types and bool: floats to integers truncate
/// towards zero, anything non-zero is true; NaN becomes 0 in an integer.
void convertElements(const TensorView& from, const TensorView& to,
                     const FloatRounding& rounding = {});

/// The view with another shape of as many elements in the same order, where strides can say so.
std::optional<TensorView> reshaped(const TensorView& view, const Shape& shape);

}
