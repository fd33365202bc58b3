// Comparison as in ONNX's own runner: integers, booleans and text equal; floats
// |a - b| <= atol + rtol * |b|, NaN equals NaN, infinities by sign.

#include "tests/conformance/conformance_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace backstep::conformance {

namespace {

/// The distance between neighbouring numbers of the dtype at `value`.
double spacingAt(DType dtype, double value)
{
    const int mantissa = dtype == DType::Float64    ? 52
                         : dtype == DType::Float32  ? 23
                         : dtype == DType::Float16  ? 10
                         : dtype == DType::BFloat16 ? 7
                                                    : 3;
    const int least = dtype == DType::Float64 ? -1022 : dtype == DType::Float16 ? -14 : -126;
    int exponent = 0;
    std::frexp(value, &exponent);
    return std::ldexp(1.0, std::max(exponent - 1, least) - mantissa);
}

std::string differingText(const Tensor& found, const Tensor& wanted)
{
    for (size_t i = 0; i < wanted.strings().size(); ++i)
        if (found.strings()[i] != wanted.strings()[i])
            return fmt::format("element {} is '{}', expected '{}'", i, found.strings()[i],
                               wanted.strings()[i]);
    return {};
}

std::string differingElements(const Tensor& found, const Tensor& wanted, const Tolerance& tolerance,
                              double& ulp)
{
    for (size_t i = 0; i < wanted.elements().size(); ++i)
        if (std::string text =
                difference(found.elements()[i], wanted.elements()[i], tolerance, ulp);
            !text.empty())
            return fmt::format("tensor {}: {}", i, text);
    return {};
}

}

std::string difference(const Tensor& found, const Tensor& wanted, const Tolerance& tolerance,
                       double& ulp)
{
    if (found.isNull() || wanted.isNull())
        return found.isNull() == wanted.isNull() ? "" : "one of both is empty";
    if (!(found.type() == wanted.type()))
        return fmt::format("it is {}, expected {}", found.type().text(), wanted.type().text());
    if (wanted.dtype() == DType::String)
        return differingText(found, wanted);
    if (wanted.dtype() == DType::Sequence || wanted.dtype() == DType::Optional)
        return differingElements(found, wanted, tolerance, ulp);
    const bool isFloat = isFloating(wanted.dtype()) || smallFloats.has(wanted.dtype());
    const double relative = wanted.dtype() == DType::BFloat16
                                ? std::max(tolerance.relative, std::ldexp(1.0, -6))
                                : tolerance.relative;
    for (int64_t i = 0; i < wanted.count(); ++i) {
        if (!isFloat && !booleans.has(wanted.dtype())) {
            if (found.integer(i) != wanted.integer(i))
                return fmt::format("element {} is {}, expected {}", i, found.integer(i),
                                   wanted.integer(i));
            continue;
        }
        const double a = found.number(i), b = wanted.number(i);
        if (a == b || (std::isnan(a) && std::isnan(b)))
            continue;
        if (!(std::abs(a - b) <= tolerance.absolute + relative * std::abs(b)) || !isFloat)
            return fmt::format("element {} is {}, expected {}", i, a, b);
        ulp = std::max(ulp, std::abs(a - b) / spacingAt(wanted.dtype(), b));
    }
    return {};
}

}
