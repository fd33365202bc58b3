// engine/ops/constant_ops.cpp - Constant, ConstantOfShape, Shape, Size, Range: folded at import.

#include "engine/ops/families.h"
#include "engine/ops/half_kernels.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

#include <cmath>

namespace backstep {

namespace {

using Types = Result<std::vector<TensorType>>;

/// The tensor of a Constant node, whichever attribute holds it.
std::optional<Tensor> contentOf(const Attributes& a)
{
    if (const Tensor* tensor = a.tensor("value"))
        return *tensor;
    if (a.has("value_int"))
        return Tensor::of<int64_t>({}, {a.integer("value_int", 0)});
    if (a.has("value_float"))
        return Tensor::of<float>({}, {static_cast<float>(a.real("value_float", 0))});
    if (a.has("value_ints"))
        return Tensor::ints(a.integers("value_ints"));
    if (a.has("value_string"))
        return Tensor::ofStrings({}, {a.text("value_string", "")});
    if (a.has("value_strings")) {
        const auto texts = a.texts("value_strings");
        return Tensor::ofStrings({static_cast<int64_t>(texts.size())}, texts);
    }
    const auto found = a.all().find("value_floats");
    if (found == a.all().end() || !std::holds_alternative<std::vector<double>>(found->second))
        return std::nullopt;
    const auto& values = std::get<std::vector<double>>(found->second);
    return Tensor::of<float>({static_cast<int64_t>(values.size())},
                             std::vector<float>(values.begin(), values.end()));
}

Types constantShape(const OpCall& call)
{
    const std::optional<Tensor> content = contentOf(call.attributes);
    if (!content)
        return Error{"attribute", "no attribute holds the value"};
    return std::vector<TensorType>{content->type()};
}

void constantKernel(const KernelCall& call)
{
    copyElements(contentOf(call.attributes)->view(), call.out[0]);
}

Types constantOfShapeShape(const OpCall& call)
{
    const Tensor* sizes = call.constant(0);
    if (!sizes)
        return neededConstant(0, "input");
    const std::vector<int64_t> shape = sizes->integers();
    if (shape.size() > kMaxRank)
        return Error{"unsupported", fmt::format("rank {} is above {}", shape.size(), kMaxRank)};
    for (int64_t size : shape)
        if (size < 0)
            return Error{"shape", fmt::format("a size of {}", size)};
    const Tensor* value = call.attributes.tensor("value");
    return std::vector<TensorType>{{value ? value->dtype() : DType::Float32, Shape(shape)}};
}

void constantOfShapeKernel(const KernelCall& call)
{
    const Tensor* value = call.attributes.tensor("value");
    const TensorView& y = call.out[0];
    const Tensor fill = value ? *value : Tensor(TensorType{DType::Float32, {1}});
    TensorView spread = fill.view();
    spread.shape = y.shape;
    spread.strides = Shape::filled(y.shape.rank(), 0);
    copyElements(spread, y);
}

std::pair<int, int> shapeRange(const OpCall& call)
{
    const int rank = call.shape(0).rank();
    const auto clamped = [&](int64_t at) {
        return static_cast<int>(std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank));
    };
    const int first = clamped(call.attributes.integer("start", 0));
    return {first, std::max(first, clamped(call.attributes.integer("end", rank)))};
}

Types shapeShape(const OpCall& call)
{
    const auto [first, end] = shapeRange(call);
    return std::vector<TensorType>{{DType::Int64, {end - first}}};
}

void shapeKernel(const KernelCall& call)
{
    const Shape& shape = call.in[0].shape;
    const int64_t start = call.attributes.integer("start", 0);
    const int first = static_cast<int>(
        std::clamp<int64_t>(start < 0 ? start + shape.rank() : start, 0, shape.rank()));
    for (int64_t i = 0; i < call.out[0].shape[0]; ++i)
        call.out[0].as<int64_t>()[i] = shape[first + static_cast<int>(i)];
}

Types sizeShape(const OpCall&)
{
    return std::vector<TensorType>{{DType::Int64, {}}};
}

void sizeKernel(const KernelCall& call)
{
    *call.out[0].as<int64_t>() = call.in[0].shape.count();
}

Types rangeShape(const OpCall& call)
{
    for (size_t i = 0; i < 3; ++i)
        if (!call.constant(i))
            return neededConstant(i, "start, limit, delta");
    const double start = call.constant(0)->number(0), limit = call.constant(1)->number(0),
                 delta = call.constant(2)->number(0);
    const double count = delta == 0 ? 0 : std::ceil((limit - start) / delta);
    if (!(count < 1e9))
        return Error{"shape", "the range is too long"};
    return std::vector<TensorType>{
        {call.inputs[0].dtype, {std::max<int64_t>(0, static_cast<int64_t>(count))}}};
}

void rangeKernel(const KernelCall& call)
{
    withNumericType(call.out[0].dtype, [&]<class T>() {
        const T start = *call.in[0].as<T>(), delta = *call.in[2].as<T>();
        for (int64_t i = 0; i < call.out[0].shape[0]; ++i)
            call.out[0].as<T>()[i] = static_cast<T>(start + static_cast<T>(i) * delta);
    });
}

OpDef known(std::string name, int opset, std::string doc, std::vector<Port> inputs, ShapeRule shape,
            KernelTable kernel)
{
    return {
        .name = name,
        .sinceOpset = opset,
        .doc = doc +
               "\n    Gradient  none: the result does not depend on the operand's elements"
               "\n    Source    ONNX operator " +
               name,
        .inputs = std::move(inputs),
        .outputs = {{"output", anyDType}},
        .shape = shape,
        .kernel = std::move(kernel),
        .gradient = GradientRule::notDifferentiable("its result does not depend on the elements"),
    };
}

}

void registerConstantOps(OpRegistry& ops)
{
    constexpr DTypeSet int64Only{DType::Int64};
    ops.add(known("Constant", 23, "A tensor held by the node.", {}, constantShape,
                  {.forAll = constantKernel}));
    ops.add(known("ConstantOfShape", 23, "A tensor of one value.", {{"input", int64Only}},
                  constantOfShapeShape, {.forAll = constantOfShapeKernel}));
    ops.add(known("Shape", 23, "The sizes of the operand as int64 [rank].", {{"data", anyDType}},
                  shapeShape, {.forAll = shapeKernel}));
    ops.add(known("Size", 23, "The number of elements as an int64 scalar.", {{"data", anyDType}},
                  sizeShape, {.forAll = sizeKernel}));
    ops.add(known("Range", 11, "Numbers from start to limit (excluded) by delta.",
                  {{"start", numbers, Port::Arity::One, "T"},
                   {"limit", numbers, Port::Arity::One, "T"},
                   {"delta", numbers, Port::Arity::One, "T"}},
                  rangeShape, kernelForAll<rangeKernel>()));
}

}
