#pragma once

#include "engine/tensor/dtype.h"

#include <bit>
#include <cstdint>

namespace backstep {

/// A float16 or bfloat16 element: its bits. Arithmetic on it is done in float32.
template<DType dtype> struct Half {
    uint16_t bits;
};
using Float16 = Half<DType::Float16>;
using BFloat16 = Half<DType::BFloat16>;

/// How far outside its range a small float goes: to the largest number, or to infinity (NaN where
/// the format has none).
enum class OutOfRange : uint8_t { Saturates, Overflows };
/// Of a scale without mantissa (float8e8m0): which neighbouring power of two is taken.
enum class ScaleRounding : uint8_t { Up, Down, Nearest };

/// The number that the bits of an element stand for; `dtype` is a float of 16 bits or fewer.
double decodedFloat(DType dtype, uint16_t bits);
/// The bits of the nearest element, ties to even (ONNX Cast, opset 25; IEEE 754; OCP MX 1.0).
uint16_t encodedFloat(DType dtype, double value, OutOfRange outside = OutOfRange::Overflows,
                      ScaleRounding rounding = ScaleRounding::Up);

inline float toFloat(BFloat16 value)
{
    return std::bit_cast<float>(static_cast<uint32_t>(value.bits) << 16);
}
float toFloat(Float16 value);
template<class H> H halfOf(float value);

}
