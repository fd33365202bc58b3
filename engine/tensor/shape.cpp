#include "engine/tensor/shape.h"

#include <fmt/format.h>

namespace backstep {

void Shape::insert(int axis, int64_t size)
{
    append(0);
    for (int i = m_rank - 1; i > axis; --i)
        (*this)[i] = (*this)[i - 1];
    (*this)[axis] = size;
}

void Shape::erase(int axis)
{
    for (int i = axis; i + 1 < m_rank; ++i)
        (*this)[i] = (*this)[i + 1];
    --m_rank;
}

Shape Shape::denseStrides() const
{
    Shape strides = *this;
    int64_t stride = 1;
    for (int axis = m_rank - 1; axis >= 0; --axis) {
        strides[axis] = stride;
        stride *= (*this)[axis];
    }
    return strides;
}

std::string Shape::text() const
{
    std::string all = "[";
    for (int axis = 0; axis < m_rank; ++axis) {
        if (axis > 0)
            all += ", ";
        all += (*this)[axis] < 0 ? "?" : std::to_string((*this)[axis]);
    }
    return all + "]";
}

Result<Shape> broadcastShapes(const Shape& a, const Shape& b)
{
    const int rank = std::max(a.rank(), b.rank());
    Shape common = Shape::filled(rank, 1);
    for (int fromEnd = 0; fromEnd < rank; ++fromEnd) {
        const int64_t left = fromEnd < a.rank() ? a.back(fromEnd) : 1;
        const int64_t right = fromEnd < b.rank() ? b.back(fromEnd) : 1;
        if (left != right && left != 1 && right != 1)
            return Error{"shape",
                         fmt::format("the shapes {} and {} do not broadcast: {} against {} counted "
                                     "from the last axis",
                                     a.text(), b.text(), left, right)};
        common[rank - 1 - fromEnd] = left == 1 ? right : left;
    }
    return common;
}

Result<int> normalizedAxis(int64_t axis, int rank)
{
    if (axis < -rank || axis >= rank)
        return Error{
            "attribute",
            fmt::format("axis {} is out of range for rank {}: it must lie between {} and {}", axis,
                        rank, -rank, rank - 1)};
    return static_cast<int>(axis < 0 ? axis + rank : axis);
}

}
