#include "engine/tensor/minifloat.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace backstep {

namespace {

/// What the largest exponent and the sign bit of zero stand for.
enum class Special : uint8_t {
    Ieee,      ///< infinities and NaNs
    OneNaN,    ///< NaN is all ones; no infinity
    NegativeZ, ///< NaN is the pattern of -0; no infinity, no -0
    None,      ///< every pattern is a number
};

struct Format {
    int exponentBits, mantissaBits, bias;
    Special special;
};

Format formatOf(DType dtype)
{
    switch (dtype) {
    case DType::Float16:
        return {5, 10, 15, Special::Ieee};
    case DType::BFloat16:
        return {8, 7, 127, Special::Ieee};
    case DType::Float8E4M3FN:
        return {4, 3, 7, Special::OneNaN};
    case DType::Float8E4M3FNUZ:
        return {4, 3, 8, Special::NegativeZ};
    case DType::Float8E5M2:
        return {5, 2, 15, Special::Ieee};
    case DType::Float8E5M2FNUZ:
        return {5, 2, 16, Special::NegativeZ};
    case DType::Float6E2M3:
        return {2, 3, 1, Special::None};
    case DType::Float6E3M2:
        return {3, 2, 3, Special::None};
    default: // Float4E2M1
        return {2, 1, 1, Special::None};
    }
}

uint16_t nanOf(const Format& f)
{
    const int bits = f.exponentBits + f.mantissaBits;
    if (f.special == Special::NegativeZ)
        return static_cast<uint16_t>(1u << bits);
    if (f.special == Special::Ieee) // quiet: the highest mantissa bit
        return static_cast<uint16_t>(((2u << f.exponentBits) - 1) << (f.mantissaBits - 1));
    if (f.special == Special::None) // it has none: -0, as ml_dtypes and ONNX's cases of Cast say
        return static_cast<uint16_t>(1u << bits);
    return static_cast<uint16_t>((1u << bits) - 1);
}

/// The bits of the largest finite number.
uint16_t largestOf(const Format& f)
{
    const auto all = static_cast<uint16_t>((1u << (f.exponentBits + f.mantissaBits)) - 1);
    if (f.special == Special::Ieee)
        return static_cast<uint16_t>(all - (1u << f.mantissaBits));
    return f.special == Special::OneNaN ? static_cast<uint16_t>(all - 1) : all;
}

uint16_t scaleBits(double value, OutOfRange outside, ScaleRounding rounding)
{
    constexpr uint16_t nan = 0xff;
    if (std::isnan(value))
        return nan;
    value = std::abs(value);
    if (std::isinf(value))
        return outside == OutOfRange::Saturates ? 0xfe : nan;
    if (value == 0)
        return 0;
    int exponent = 0;
    const double mantissa = 2 * std::frexp(value, &exponent); // [1, 2)
    --exponent;
    if ((rounding == ScaleRounding::Up && mantissa > 1) ||
        (rounding == ScaleRounding::Nearest && mantissa >= 1.5))
        ++exponent;
    if (exponent > 127)
        return outside == OutOfRange::Saturates ? 0xfe : nan;
    return static_cast<uint16_t>(std::max(exponent + 127, 0));
}

}

double decodedFloat(DType dtype, uint16_t bits)
{
    if (dtype == DType::Float8E8M0)
        return bits == 0xff ? std::nan("") : std::ldexp(1.0, bits - 127);
    const Format f = formatOf(dtype);
    const int signAt = f.exponentBits + f.mantissaBits;
    const unsigned sign = bits >> signAt & 1u, magnitude = bits & ((1u << signAt) - 1);
    const unsigned exponent = magnitude >> f.mantissaBits;
    const unsigned mantissa = magnitude & ((1u << f.mantissaBits) - 1);
    if (f.special == Special::NegativeZ && bits == nanOf(f))
        return std::nan("");
    if (f.special == Special::OneNaN && magnitude == nanOf(f))
        return std::nan("");
    if (f.special == Special::Ieee && exponent == (1u << f.exponentBits) - 1)
        return mantissa ? std::nan("") : sign ? -INFINITY : INFINITY;
    const double value = exponent == 0
                             ? std::ldexp(mantissa, 1 - f.bias - f.mantissaBits)
                             : std::ldexp(mantissa + (1u << f.mantissaBits),
                                          static_cast<int>(exponent) - f.bias - f.mantissaBits);
    return sign ? -value : value;
}

uint16_t encodedFloat(DType dtype, double value, OutOfRange outside, ScaleRounding rounding)
{
    if (dtype == DType::Float8E8M0)
        return scaleBits(value, outside, rounding);
    const Format f = formatOf(dtype);
    if (std::isnan(value))
        return nanOf(f);
    const auto signBit =
        static_cast<uint16_t>(std::signbit(value) ? 1u << (f.exponentBits + f.mantissaBits) : 0u);
    const bool hasNegativeZero = f.special != Special::NegativeZ;
    const uint16_t largest = largestOf(f);
    double magnitude = std::abs(value);
    int exponent = 0;
    std::frexp(magnitude, &exponent);
    exponent = std::max(exponent - 1, 1 - f.bias);
    // The nearest multiple of the spacing there; the carry into the next exponent comes by itself.
    const double steps = std::isinf(magnitude)
                             ? magnitude
                             : std::rint(std::ldexp(magnitude, f.mantissaBits - exponent));
    double bits = steps;
    if (steps >= (1 << f.mantissaBits))
        bits = steps + static_cast<double>(exponent + f.bias - 1) * (1 << f.mantissaBits);
    if (bits > largest) {
        if (outside == OutOfRange::Saturates || f.special == Special::None)
            return largest | signBit;
        if (f.special == Special::Ieee)
            return static_cast<uint16_t>(largest + 1) | signBit;
        return f.special == Special::OneNaN ? nanOf(f) | signBit : nanOf(f);
    }
    const auto whole = static_cast<uint16_t>(bits);
    return whole == 0 && !hasNegativeZero ? 0 : static_cast<uint16_t>(whole | signBit);
}

float toFloat(Float16 value)
{
    const uint32_t sign = (value.bits & 0x8000u) << 16, magnitude = value.bits & 0x7fffu;
    if (magnitude >= 0x7c00u) // infinity and NaN
        return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
    if (magnitude < 0x400u) // subnormal: exact in float32
        return std::bit_cast<float>(
            sign | std::bit_cast<uint32_t>(static_cast<float>(magnitude) * 0x1p-24f));
    return std::bit_cast<float>(sign | ((magnitude << 13) + (112u << 23)));
}

template<> Float16 halfOf<Float16>(float value)
{
    const uint32_t bits = std::bit_cast<uint32_t>(value), magnitude = bits & 0x7fffffffu;
    // Normal results round by adding to the bits; the rest is rare.
    if (magnitude < 0x38800000u || magnitude >= 0x477ff000u)
        return {encodedFloat(DType::Float16, static_cast<double>(value))};
    const uint32_t rounded = magnitude + 0xfffu + (magnitude >> 13 & 1u);
    return {static_cast<uint16_t>((bits >> 16 & 0x8000u) | ((rounded - (112u << 23)) >> 13))};
}

template<> BFloat16 halfOf<BFloat16>(float value)
{
    const uint32_t bits = std::bit_cast<uint32_t>(value);
    if (value != value)
        return {static_cast<uint16_t>((bits >> 16 & 0x8000u) | 0x7fc0u)};
    return {static_cast<uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16)};
}

}
