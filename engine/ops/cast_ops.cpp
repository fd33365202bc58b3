// engine/ops/cast_ops.cpp - elements in another dtype: Cast, numbers as text and text as numbers;
// BitCast, the same bits.

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace backstep {

namespace {

/// A number as NumPy prints it; special values as ONNX spells them.
std::string textOf(const TensorView& one)
{
    const TensorView source{one.dtype, one.data, {}, {}};
    const Tensor number = Tensor::copyOf(source);
    if (!isFloating(one.dtype) && !smallFloats.has(one.dtype))
        return fmt::format("{}", number.integer(0));
    const double value = number.number(0);
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "INF" : "-INF";
    std::string text = one.dtype == DType::Float64 ? fmt::format("{}", value)
                                                   : fmt::format("{}", static_cast<float>(value));
    if (text.find_first_of(".e") == std::string::npos)
        text += ".0";
    return text;
}

/// "3.5", "1e-5", "-INF", "NaN"; nothing for other text.
std::optional<double> numberIn(const std::string& text)
{
    const size_t first = text.find_first_not_of(" +");
    if (first == std::string::npos)
        return std::nullopt;
    double value = 0;
    const char* const end = text.data() + text.size();
    // from_chars takes inf and nan in any case.
    const auto [stop, error] = std::from_chars(text.data() + first, end, value);
    if (error == std::errc::result_out_of_range)
        return text[first] == '-' ? -INFINITY : INFINITY;
    return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

void toText(const TensorView& from, const TensorView& to)
{
    const auto size = static_cast<int64_t>(elementSize(from.dtype));
    const StridedLoop<2> loop(to.shape, {from.strides, to.strides});
    loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
        for (int64_t i = 0; i < length; ++i)
            to.as<std::string>()[at[1] + i * step[1]] =
                textOf({from.dtype, from.data + (at[0] + i * step[0]) * size, {}, {}});
    });
}

void fromText(const TensorView& from, const TensorView& to)
{
    Tensor numbers(TensorType{DType::Float64, to.shape});
    const TensorView dense = numbers.view();
    const StridedLoop<2> loop(to.shape, {from.strides, dense.strides});
    loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
        for (int64_t i = 0; i < length; ++i)
            dense.as<double>()[at[1] + i * step[1]] =
                numberIn(from.as<std::string>()[at[0] + i * step[0]]).value_or(std::nan(""));
    });
    convertElements(dense, to);
}

void castKernel(const KernelCall& call)
{
    const TensorView &from = call.in[0], &to = call.out[0];
    if (from.dtype == to.dtype)
        return copyElements(from, to);
    if (from.dtype == DType::String)
        return fromText(from, to);
    if (to.dtype == DType::String)
        return toText(from, to);
    FloatRounding rounding;
    if (smallFloats.has(to.dtype) && call.attributes.integer("saturate", 1) != 0)
        rounding.outside = OutOfRange::Saturates;
    const std::string mode = call.attributes.text("round_mode", "up");
    rounding.scale = mode == "down"      ? ScaleRounding::Down
                     : mode == "nearest" ? ScaleRounding::Nearest
                                         : ScaleRounding::Up;
    convertElements(from, to, rounding);
}

constexpr DTypeSet eights{DType::Float8E4M3FN, DType::Float8E4M3FNUZ, DType::Float8E5M2,
                          DType::Float8E5M2FNUZ, DType::Float8E8M0};
constexpr DTypeSet wholeBytes = numbers | booleans | eights;

/// The dtype that attribute `to` names.
Result<DType> targetOf(const OpCall& call)
{
    const auto to = call.attributes.integer("to", 0);
    if (to <= 0 || to >= kFileDTypeCount)
        return Error{"attribute", fmt::format("attribute 'to' is {}, which names no dtype", to)};
    const auto dtype = static_cast<DType>(to);
    if (!anyDType.has(dtype))
        return Error{"unsupported", fmt::format("a cast to {} is not computed", nameOf(dtype))};
    return dtype;
}

Result<std::vector<TensorType>> castShape(const OpCall& call)
{
    const Result<DType> target = targetOf(call);
    if (!target)
        return target.error();
    const DType dtype = *target;
    const Tensor* content = call.constant(0);
    if (content && content->dtype() == DType::String && dtype != DType::String)
        for (const std::string& text : content->strings())
            if (!numberIn(text))
                return Error{"dtype", fmt::format("the text '{}' is no number", text)};
    return std::vector<TensorType>{{dtype, call.shape(0)}};
}

// Only from float to float; an integer, bool or text carries none.
void castGradient(GradientScope& g)
{
    const DType dtype = g.input(size_t{0}).dtype();
    const Value dy = g.cotangent(size_t{0});
    const bool isUnknown = dtype == DType::Undefined; // made by an op that we do not know
    g.contribute(size_t{0},
                 isUnknown || dy.dtype() == dtype
                     ? dy
                     : g.builder().add("Cast", {dy}, {{"to", static_cast<int64_t>(dtype)}}));
}

Result<std::vector<TensorType>> bitCastShape(const OpCall& call)
{
    const Result<DType> to = targetOf(call);
    if (!to)
        return to.error();
    const DType from = call.inputs[0].dtype;
    if (!wholeBytes.has(*to) || elementSize(from) != elementSize(*to))
        return Error{"dtype", fmt::format("input is {} and attribute 'to' {}; wanted two dtypes of "
                                          "as many whole bytes",
                                          call.inputs[0].text(), nameOf(*to))};
    return std::vector<TensorType>{{*to, call.shape(0)}};
}

void bitCastKernel(const KernelCall& call)
{
    TensorView sameBits = call.in[0];
    sameBits.dtype = call.out[0].dtype == DType::Bool ? DType::UInt8 : call.out[0].dtype;
    convertElements(sameBits, call.out[0]); // a bool must be 0 or 1, whatever the byte is
}

}

void registerCastOps(OpRegistry& ops)
{
    ops.add({
        .name = "BitCast",
        .sinceOpset = 26,
        .doc = R"(The bits of every element as an element of another dtype.
            Shapes    input: any S; output: S
            Dtypes    any two of the same number of bits, whole bytes and no text
            Gradient  none: the number that bits stand for elsewhere has no derivative
            Source    ONNX operator BitCast, opset 26)",
        .inputs = {{"input", wholeBytes}},
        .outputs = {{"output", wholeBytes}},
        .shape = bitCastShape,
        .kernel = {.forAll = bitCastKernel},
        .overTime = OverTime::Elementwise,
        .gradient = GradientRule::notDifferentiable(
            "the number that its bits stand for elsewhere has no derivative"),
    });
    ops.add({
        .name = "Cast",
        .sinceOpset = 25,
        .doc = R"(Every element in another dtype.
            Shapes    input: any S; output: S
            Dtypes    any but complex; floats become integers by truncation, text by its number
            Gradient  dx = dy in the dtype of x; an integer, bool or text result carries none
            Source    ONNX operator Cast, opset 25)",
        .inputs = {{"input", anyDType}},
        .outputs = {{"output", anyDType}},
        .shape = castShape,
        .kernel = {.forAll = castKernel},
        .overTime = OverTime::Elementwise,
        .gradient = castGradient,
    });
}

}
