#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace backstep {

/// Element types with ONNX's numbers (TensorProto.DataType, IR version 14). Undefined stands for a
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
    Float8E8M0 = 24,
    UInt2 = 25,
    Int2 = 26,
    Float6E2M3 = 27,
    Float6E3M2 = 28,
    Sequence = 29, ///< ours: elements are tensors (ONNX has a type of its own for it)
    Optional = 30, ///< ours: no element or one, a tensor or a sequence
};
inline constexpr int kDTypeCount = 31;
/// Numbers below it are those of TensorProto.DataType.
inline constexpr int kFileDTypeCount = 29;

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

inline constexpr DTypeSet floating{DType::Float32, DType::Float64, DType::Float16, DType::BFloat16};
/// Those that a check of gradients widens to float64 (SEMANTICS R13).
inline constexpr DTypeSet narrowFloats{DType::Float32, DType::Float16, DType::BFloat16};
inline constexpr DTypeSet integers{DType::Int32, DType::Int64,  DType::UInt8,  DType::Int8,
                                   DType::Int16, DType::UInt16, DType::UInt32, DType::UInt64};
inline constexpr DTypeSet booleans{DType::Bool};
inline constexpr DTypeSet strings{DType::String};
inline constexpr DTypeSet numbers = floating | integers;
/// Floats of 8, 6 and 4 bits: held, converted and moved, not computed with.
inline constexpr DTypeSet smallFloats{
    DType::Float8E4M3FN, DType::Float8E4M3FNUZ, DType::Float8E5M2, DType::Float8E5M2FNUZ,
    DType::Float4E2M1,   DType::Float8E8M0,     DType::Float6E2M3, DType::Float6E3M2};
/// Integers of 4 and 2 bits, one a byte: held, converted and moved, not computed with.
inline constexpr DTypeSet smallIntegers{DType::UInt4, DType::Int4, DType::UInt2, DType::Int2};
inline constexpr DTypeSet anyDType = numbers | booleans | strings | smallFloats | smallIntegers;
inline constexpr DTypeSet sequences{DType::Sequence};
inline constexpr DTypeSet optionals{DType::Optional};

/// "float32", "int64", "string"; "undefined" for an open one.
std::string_view nameOf(DType dtype);
std::optional<DType> dtypeNamed(std::string_view name);

/// Bytes of one element in a buffer; 0 for strings, sequences and what is no plain bytes.
size_t elementSize(DType dtype);

/// Bits of one element in a file: less than 8 where several share a byte; here each takes a byte.
int bitsInFile(DType dtype);

/// True for the types that can carry a gradient.
constexpr bool isFloating(DType dtype)
{
    return dtype == DType::Float32 || dtype == DType::Float64 || dtype == DType::Float16 ||
           dtype == DType::BFloat16;
}

}
