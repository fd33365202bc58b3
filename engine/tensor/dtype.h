#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace backstep {

/// Element types with ONNX's numbers (TensorProto.DataType, IR version 10). Undefined stands for a
/// type that nothing states ("open").
enum class DType : uint8_t {
    Undefined = 0,
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Float64 = 11,
    UInt32 = 12,
    UInt64 = 13,
    Complex64 = 14,
    Complex128 = 15,
    BFloat16 = 16,
    Float8E4M3FN = 17,
    Float8E4M3FNUZ = 18,
    Float8E5M2 = 19,
    Float8E5M2FNUZ = 20,
    UInt4 = 21,
    Int4 = 22,
    Float4E2M1 = 23,
};
inline constexpr int kDTypeCount = 24;

/// A set of element types: what a port of an operator accepts.
struct DTypeSet {
    constexpr DTypeSet() = default;
    constexpr DTypeSet(std::initializer_list<DType> dtypes)
    {
        for (DType dtype : dtypes)
            bits |= 1u << static_cast<unsigned>(dtype);
    }
    constexpr bool has(DType dtype) const { return bits >> static_cast<unsigned>(dtype) & 1u; }
    constexpr DTypeSet operator|(DTypeSet other) const
    {
        DTypeSet both;
        both.bits = bits | other.bits;
        return both;
    }
    /// "float32, float64"
    std::string text() const;

    uint32_t bits = 0; ///< public, so that a set can be a template argument
};

inline constexpr DTypeSet floating{DType::Float32, DType::Float64};
inline constexpr DTypeSet integers{DType::Int32, DType::Int64,  DType::UInt8,  DType::Int8,
                                   DType::Int16, DType::UInt16, DType::UInt32, DType::UInt64};
inline constexpr DTypeSet booleans{DType::Bool};
inline constexpr DTypeSet strings{DType::String};
inline constexpr DTypeSet numbers = floating | integers;
inline constexpr DTypeSet anyDType = numbers | booleans | strings;

/// "float32", "int64", "string"; "undefined" for an open one.
std::string_view nameOf(DType dtype);
std::optional<DType> dtypeNamed(std::string_view name);

/// Bytes of one element in a buffer; 0 for strings and for types we only name.
size_t elementSize(DType dtype);

/// True for the types that can carry a gradient.
constexpr bool isFloating(DType dtype)
{
    return dtype == DType::Float32 || dtype == DType::Float64 || dtype == DType::Float16 ||
           dtype == DType::BFloat16;
}

}
