#include "engine/tensor/strided.h"

#include <cmath>
#include <limits>
#include <type_traits>

namespace backstep {

Shape stridesBroadcastTo(const TensorView& view, const Shape& shape)
{
    Shape strides = Shape::filled(shape.rank(), 0);
    for (int fromEnd = 0; fromEnd < view.shape.rank(); ++fromEnd)
        if (view.shape.back(fromEnd) != 1)
            strides[shape.rank() - 1 - fromEnd] = view.strides.back(fromEnd);
    return strides;
}

namespace {

template<class T> void copyAs(const TensorView& from, const TensorView& to)
{
    const StridedLoop<2> loop(to.shape, {from.strides, to.strides});
    loop.forEachRow([&](const auto& offsets, int64_t length, const auto& strides) {
        const T* source = from.as<T>() + offsets[0];
        T* target = to.as<T>() + offsets[1];
        if constexpr (std::is_trivially_copyable_v<T>) {
            if (strides[0] == 1 && strides[1] == 1) {
                std::memcpy(target, source, static_cast<size_t>(length) * sizeof(T));
                return;
            }
        }
        for (int64_t i = 0; i < length; ++i)
            target[i * strides[1]] = source[i * strides[0]];
    });
}

template<class To, class From> To convertedElement(From value)
{
    if constexpr (std::is_same_v<To, bool>) {
        return value != From{};
    } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
        if (std::isnan(value))
            return To{};
        // Out of range is undefined in C++; saturate.
        if (value >= static_cast<From>(std::numeric_limits<To>::max()))
            return std::numeric_limits<To>::max();
        if (value <= static_cast<From>(std::numeric_limits<To>::lowest()))
            return std::numeric_limits<To>::lowest();
        return static_cast<To>(value);
    } else {
        return static_cast<To>(value);
    }
}

}

void copyElements(const TensorView& from, const TensorView& to)
{
    if (from.dtype == DType::String)
        return copyAs<std::string>(from, to);
    switch (elementSize(from.dtype)) {
    case 1:
        return copyAs<uint8_t>(from, to);
    case 2:
        return copyAs<uint16_t>(from, to);
    case 4:
        return copyAs<uint32_t>(from, to);
    case 8:
        return copyAs<uint64_t>(from, to);
    default:
        break;
    }
}

void convertElements(const TensorView& from, const TensorView& to)
{
    withNumericType(from.dtype, [&]<class From>() {
        withNumericType(to.dtype, [&]<class To>() {
            const StridedLoop<2> loop(to.shape, {from.strides, to.strides});
            loop.forEachRow([&](const auto& offsets, int64_t length, const auto& strides) {
                const From* source = from.as<From>() + offsets[0];
                To* target = to.as<To>() + offsets[1];
                for (int64_t i = 0; i < length; ++i)
                    target[i * strides[1]] = convertedElement<To, From>(source[i * strides[0]]);
            });
        });
    });
}

}
