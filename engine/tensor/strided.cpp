#include "engine/tensor/strided.h"

#include <algorithm>
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

/// The axis along which elements lie one behind the other; -1 where there is none.
int contiguousAxis(const TensorView& view)
{
    for (int axis = 0; axis < view.shape.rank(); ++axis)
        if (view.strides[axis] == 1 && view.shape[axis] > 1)
            return axis;
    return -1;
}

/// A transposition, in tiles that stay in the first cache: row by row a large one fetches a cache
/// line for every element (five times as long for matrices of 512 x 2048 floats). False, with
/// nothing done, for what is none.
template<class T> bool copyTransposed(const TensorView& from, const TensorView& to)
{
    constexpr int64_t tileRows = 8, tileColumns = 16; // of what is read
    const int column = contiguousAxis(from), row = contiguousAxis(to);
    if (column < 0 || row < 0 || to.strides[column] == 1 || from.strides[row] == 1 ||
        to.shape[row] < tileRows || to.shape[column] < tileColumns)
        return false;
    const int64_t rows = to.shape[row], columns = to.shape[column];
    const int64_t readStride = from.strides[row], writeStride = to.strides[column];
    const auto copyMatrix = [&](const T* source, T* target) {
        for (int64_t c = 0; c < columns; c += tileColumns)
            for (int64_t r = 0; r < rows; r += tileRows)
                for (int64_t i = c; i < std::min(c + tileColumns, columns); ++i)
                    for (int64_t j = r; j < std::min(r + tileRows, rows); ++j)
                        target[i * writeStride + j] = source[j * readStride + i];
    };
    Shape others = to.shape;
    others[row] = others[column] = 1;
    const StridedLoop<2> loop(others, {from.strides, to.strides});
    loop.forEachRow([&](const auto& offsets, int64_t length, const auto& strides) {
        for (int64_t i = 0; i < length; ++i)
            copyMatrix(from.as<T>() + offsets[0] + i * strides[0],
                       to.as<T>() + offsets[1] + i * strides[1]);
    });
    return true;
}

template<class T> void copyAs(const TensorView& from, const TensorView& to)
{
    if constexpr (std::is_trivially_copyable_v<T>)
        if (copyTransposed<T>(from, to))
            return;
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
    if constexpr (std::is_same_v<To, From>) {
        return value;
    } else if constexpr (std::is_same_v<To, bool>) {
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
    if (from.dtype == DType::Sequence || from.dtype == DType::Optional)
        return copyAs<Tensor>(from, to);
    switch (elementSize(from.dtype)) {
    case 1:
        return copyAs<uint8_t>(from, to);
    case 2:
        return copyAs<uint16_t>(from, to);
    case 4:
        return copyAs<uint32_t>(from, to);
    case 8:
        return copyAs<uint64_t>(from, to);
    case 16:
        return copyAs<std::array<uint64_t, 2>>(from, to);
    default:
        break;
    }
}

namespace {

/// Calls `each(source, target)` with the bytes of every pair of elements.
template<class Each> void forEachPair(const TensorView& from, const TensorView& to, Each each)
{
    const auto fromSize = static_cast<int64_t>(elementSize(from.dtype));
    const auto toSize = static_cast<int64_t>(elementSize(to.dtype));
    const StridedLoop<2> loop(to.shape, {from.strides, to.strides});
    loop.forEachRow([&](const auto& offsets, int64_t length, const auto& strides) {
        for (int64_t i = 0; i < length; ++i)
            each(from.data + (offsets[0] + i * strides[0]) * fromSize,
                 to.data + (offsets[1] + i * strides[1]) * toSize);
    });
}

bool isSmallFloat(DType dtype)
{
    return smallFloats.has(dtype) || dtype == DType::Float16 || dtype == DType::BFloat16;
}

double decodedAt(DType dtype, const std::byte* at)
{
    uint16_t bits = std::to_integer<uint8_t>(*at);
    if (elementSize(dtype) == 2)
        std::memcpy(&bits, at, 2);
    return decodedFloat(dtype, bits);
}

void encodeAt(DType dtype, std::byte* at, double value, const FloatRounding& rounding)
{
    const uint16_t bits = encodedFloat(dtype, value, rounding.outside, rounding.scale);
    if (elementSize(dtype) == 2)
        std::memcpy(at, &bits, 2);
    else
        *at = static_cast<std::byte>(bits);
}

/// The dtype in which an element is held beside the bytes: an int4 in an int8.
DType holderOf(DType dtype)
{
    if (dtype == DType::UInt4 || dtype == DType::UInt2)
        return DType::UInt8;
    return dtype == DType::Int4 || dtype == DType::Int2 ? DType::Int8 : dtype;
}

/// The low bits of an integer with its sign, as C converts to a narrower type.
template<class T> T wrapped(DType dtype, T value)
{
    if constexpr (sizeof(T) == 1 && !std::is_same_v<T, bool>) {
        const int unused = 8 - bitsInFile(dtype);
        const auto high = static_cast<T>(static_cast<uint8_t>(value) << unused);
        return static_cast<T>(high >> unused);
    } else {
        return value;
    }
}

/// As a number of `dtype`, which To holds. What is too large for an integer of 4 or 2 bits loses
/// its high bits, as in ONNX's cases of Cast (opset 28).
template<class To, class From> To narrowed(DType dtype, From value)
{
    if constexpr (sizeof(To) == 1 && !std::is_same_v<To, bool>)
        if (smallIntegers.has(dtype))
            return wrapped(dtype, static_cast<To>(convertedElement<int64_t>(value)));
    return convertedElement<To>(value);
}

}

void convertElements(const TensorView& from, const TensorView& to, const FloatRounding& rounding)
{
    const DType target = holderOf(to.dtype);
    if (isSmallFloat(from.dtype)) {
        if (isSmallFloat(to.dtype))
            return forEachPair(from, to, [&](const std::byte* source, std::byte* at) {
                encodeAt(to.dtype, at, decodedAt(from.dtype, source), rounding);
            });
        withNumericType(target, [&]<class To>() {
            forEachPair(from, to, [&](const std::byte* source, std::byte* at) {
                *reinterpret_cast<To*>(at) = narrowed<To>(to.dtype, decodedAt(from.dtype, source));
            });
        });
        return;
    }
    withNumericType(holderOf(from.dtype), [&]<class From>() {
        if (isSmallFloat(to.dtype))
            return forEachPair(from, to, [&](const std::byte* source, std::byte* at) {
                encodeAt(to.dtype, at, static_cast<double>(*reinterpret_cast<const From*>(source)),
                         rounding);
            });
        withNumericType(target, [&]<class To>() {
            const StridedLoop<2> loop(to.shape, {from.strides, to.strides});
            loop.forEachRow([&](const auto& offsets, int64_t length, const auto& strides) {
                const From* source = from.as<From>() + offsets[0];
                To* at = to.as<To>() + offsets[1];
                for (int64_t i = 0; i < length; ++i)
                    at[i * strides[1]] = narrowed<To>(to.dtype, source[i * strides[0]]);
            });
        });
    });
}

std::optional<TensorView> reshaped(const TensorView& input, const Shape& shape)
{
    TensorView view{input.dtype, input.data, shape, shape.denseStrides()};
    if (input.isDense() || shape.count() == 0)
        return view;
    int from = 0, to = 0;
    const int fromRank = input.shape.rank(), toRank = shape.rank();
    while (from < fromRank || to < toRank) {
        // The smallest groups of axes with equal products.
        int fromEnd = from, toEnd = to;
        int64_t left = fromEnd < fromRank ? input.shape[fromEnd++] : 1;
        int64_t right = toEnd < toRank ? shape[toEnd++] : 1;
        while (left != right) {
            if (left < right)
                left *= input.shape[fromEnd++];
            else
                right *= shape[toEnd++];
        }
        int64_t stride = 0, covered = 1;
        bool isFirst = true;
        for (int axis = fromEnd - 1; axis >= from; --axis) {
            if (input.shape[axis] == 1)
                continue;
            if (isFirst)
                stride = input.strides[axis];
            else if (input.strides[axis] != stride * covered)
                return std::nullopt;
            isFirst = false;
            covered *= input.shape[axis];
        }
        for (int axis = toEnd - 1; axis >= to; --axis) {
            view.strides[axis] = stride;
            stride *= shape[axis];
        }
        from = fromEnd;
        to = toEnd;
    }
    return view;
}

}
