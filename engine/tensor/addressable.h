#pragma once

#include "engine/tensor/shape.h"

#include <algorithm>

namespace backstep {

/// Whether the sizes may be multiplied: none is negative, and those that are not 0 make no more
/// than 2^40 elements. More fit into no memory, and their number of bytes into no integer.
inline bool isAddressable(const Shape& shape)
{
    constexpr int64_t most = int64_t{1} << 40;
    int64_t count = 1;
    return std::all_of(shape.begin(), shape.end(), [&](int64_t size) {
        return size >= 0 && !__builtin_mul_overflow(count, std::max<int64_t>(size, 1), &count) &&
               count <= most;
    });
}

}
