// engine/ops/slicing_ops.cpp - parts and joins: Slice, Split, Concat, and the gradient of Slice.

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using Types = Result<std::vector<TensorType>>;

/// What a Slice takes of each axis.
struct SliceSpec {
    Shape starts, steps, sizes;
};

struct SliceArguments {
    std::vector<int64_t> starts, ends, axes, steps;
};

Result<SliceSpec> resolve(const SliceArguments& in, const Shape& shape)
{
    SliceSpec spec{Shape::filled(shape.rank(), 0), Shape::filled(shape.rank(), 1), shape};
    if (in.ends.size() != in.starts.size() ||
        (!in.axes.empty() && in.axes.size() != in.starts.size()) ||
        (!in.steps.empty() && in.steps.size() != in.starts.size()))
        return Error{"attribute", "starts, ends, axes and steps differ in length"};
    for (size_t i = 0; i < in.starts.size(); ++i) {
        Result<int> axis =
            normalizedAxis(in.axes.empty() ? static_cast<int64_t>(i) : in.axes[i], shape.rank());
        if (!axis)
            return axis.takeError();
        const int64_t size = shape[*axis], step = in.steps.empty() ? 1 : in.steps[i];
        if (step == 0)
            return Error{"attribute", "a step of 0"};
        // Clamped as in ONNX: [0, size] going up, [-1, size-1] going down.
        const int64_t low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
        const auto clamp = [&](int64_t at) {
            const int64_t positive = at < 0 ? std::max<int64_t>(at, -size - 1) + size : at;
            return std::clamp(positive, std::min(low, high), std::max(low, high));
        };
        const int64_t first = clamp(in.starts[i]), end = clamp(in.ends[i]);
        const int64_t span = step > 0 ? end - first : first - end;
        const int64_t stride = step > 0 ? step : -step;
        spec.starts[*axis] = first;
        spec.steps[*axis] = step;
        spec.sizes[*axis] = span > 0 ? (span + stride - 1) / stride : 0;
    }
    return spec;
}

Result<SliceSpec> sliceSpec(const OpCall& call)
{
    SliceArguments in;
    std::vector<int64_t>* const parts[] = {&in.starts, &in.ends, &in.axes, &in.steps};
    const char* const names[] = {"starts", "ends", "axes", "steps"};
    for (size_t i = 0; i < 4; ++i) {
        if (!call.has(i + 1))
            continue;
        const Tensor* content = call.constant(i + 1);
        if (!content)
            return neededConstant(i + 1, names[i]);
        *parts[i] = content->integers();
    }
    return resolve(in, call.shape(0));
}

TensorView sliced(TensorView view, const SliceSpec& spec)
{
    for (int axis = 0; axis < view.shape.rank(); ++axis) {
        view.data +=
            spec.starts[axis] * view.strides[axis] * static_cast<int64_t>(storedSize(view.dtype));
        view.strides[axis] *= spec.steps[axis];
        view.shape[axis] = spec.sizes[axis];
    }
    return view;
}

Types sliceShape(const OpCall& call)
{
    Result<SliceSpec> spec = sliceSpec(call);
    if (!spec)
        return spec.takeError();
    return std::vector<TensorType>{{call.inputs[0].dtype, spec->sizes}};
}

std::optional<TensorView> sliceView(const OpCall& call, const TensorView& input, size_t)
{
    return sliced(input, *sliceSpec(call));
}

void sliceGradient(GradientScope& g)
{
    GraphBuilder& builder = g.builder();
    const auto part = [&](size_t index) -> std::vector<int64_t> {
        const Value value = g.input(index);
        return value.isPresent() ? builder.graph().value(value.id()).content.integers()
                                 : std::vector<int64_t>{};
    };
    const Shape shape = g.input(size_t{0}).shape();
    const SliceSpec spec = *resolve({part(1), part(2), part(3), part(4)}, shape);
    const auto list = [](const Shape& values) {
        return std::vector<int64_t>(values.begin(), values.end());
    };
    g.contribute(size_t{0}, builder.helper("SliceGrad", {g.cotangent(size_t{0})},
                                           {{"shape", list(shape)},
                                            {"starts", list(spec.starts)},
                                            {"steps", list(spec.steps)}}));
}

Types sliceGradShape(const OpCall& call)
{
    return std::vector<TensorType>{
        {call.inputs[0].dtype, Shape(call.attributes.integers("shape"))}};
}

void fillZero(const TensorView& dense)
{
    std::memset(dense.data, 0, static_cast<size_t>(dense.shape.count()) * elementSize(dense.dtype));
}

void sliceGradKernel(const KernelCall& call)
{
    fillZero(call.out[0]);
    const SliceSpec spec{Shape(call.attributes.integers("starts")),
                         Shape(call.attributes.integers("steps")), call.in[0].shape};
    copyElements(call.in[0], sliced(call.out[0], spec));
}

// A Slice that goes up in steps of one is undone by zeros on both sides; any other one has no short
// form in ONNX and opens to nothing.
std::vector<Value> sliceGradBody(GraphBuilder& b, const Node& node, std::span<const Value> in)
{
    const auto shape = node.attributes.integers("shape"),
               starts = node.attributes.integers("starts");
    Value whole = in[0];
    for (size_t i = 0; i < shape.size(); ++i) {
        if (node.attributes.integers("steps")[i] != 1)
            return {};
        const int axis = static_cast<int>(i);
        const auto zeros = [&](int64_t size) {
            Shape part = whole.shape();
            part[axis] = size;
            return b.constant(Tensor(TensorType{whole.dtype(), part}));
        };
        const int64_t after = shape[i] - starts[i] - whole.shape()[axis];
        if (starts[i] > 0 || after > 0)
            whole =
                b.add("Concat", {zeros(starts[i]), whole, zeros(after)}, {{"axis", int64_t{axis}}});
    }
    return {whole};
}

// --- Split

Result<std::vector<int64_t>> splitSizes(const OpCall& call, int axis)
{
    const int64_t size = call.shape(0)[axis];
    std::vector<int64_t> sizes = call.attributes.integers("split");
    if (call.has(1)) {
        const Tensor* content = call.constant(1);
        if (!content)
            return neededConstant(1, "split");
        sizes = content->integers();
    }
    if (sizes.empty()) {
        const auto parts = static_cast<int64_t>(call.outputCount);
        const int64_t each = (size + parts - 1) / parts;
        for (int64_t rest = size, i = 0; i < parts; ++i, rest -= each)
            sizes.push_back(std::clamp<int64_t>(rest, 0, each));
    }
    int64_t sum = 0;
    for (int64_t part : sizes)
        sum += part;
    if (sum != size || sizes.size() != call.outputCount)
        return Error{"shape",
                     fmt::format("axis {} of {} does not split into {} parts that sum to {}", axis,
                                 call.shape(0).text(), call.outputCount, sum)};
    return sizes;
}

Types splitShape(const OpCall& call)
{
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", 0), call.shape(0).rank());
    if (!axis)
        return axis.takeError();
    Result<std::vector<int64_t>> sizes = splitSizes(call, *axis);
    if (!sizes)
        return sizes.takeError();
    std::vector<TensorType> types(sizes->size(), call.inputs[0]);
    for (size_t i = 0; i < types.size(); ++i)
        types[i].shape[*axis] = (*sizes)[i];
    return types;
}

std::optional<TensorView> splitView(const OpCall& call, const TensorView& input, size_t output)
{
    const int axis = *normalizedAxis(call.attributes.integer("axis", 0), input.shape.rank());
    const std::vector<int64_t> sizes = *splitSizes(call, axis);
    SliceSpec spec{Shape::filled(input.shape.rank(), 0), Shape::filled(input.shape.rank(), 1),
                   input.shape};
    for (size_t i = 0; i < output; ++i)
        spec.starts[axis] += sizes[i];
    spec.sizes[axis] = sizes[output];
    return sliced(input, spec);
}

void splitGradient(GradientScope& g)
{
    std::vector<Value> parts;
    for (size_t i = 0; i < g.outputCount(); ++i)
        parts.push_back(g.cotangent(i));
    g.contribute(size_t{0},
                 g.builder().add("Concat", parts, {{"axis", g.attributes().integer("axis", 0)}}));
}

// --- Concat

Types concatShape(const OpCall& call)
{
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", 0), call.shape(0).rank());
    if (!axis)
        return axis.takeError();
    TensorType type{commonDType(call), call.shape(0)};
    for (size_t i = 1; i < call.inputs.size(); ++i) {
        const Shape& next = call.shape(i);
        bool fits = next.rank() == type.shape.rank();
        for (int other = 0; fits && other < next.rank(); ++other)
            fits = other == *axis || next[other] == type.shape[other];
        if (!fits)
            return Error{"shape", fmt::format("inputs {} and {} do not join along axis {}",
                                              call.shape(0).text(), next.text(), *axis)};
        type.shape[*axis] += next[*axis];
    }
    return std::vector<TensorType>{type};
}

void concatKernel(const KernelCall& call)
{
    const TensorView& y = call.out[0];
    const int axis = *normalizedAxis(call.attributes.integer("axis", 0), y.shape.rank());
    SliceSpec spec{Shape::filled(y.shape.rank(), 0), Shape::filled(y.shape.rank(), 1), y.shape};
    for (const TensorView& part : call.in) {
        spec.sizes[axis] = part.shape[axis];
        copyElements(part, sliced(y, spec));
        spec.starts[axis] += part.shape[axis];
    }
}

void concatGradient(GradientScope& g)
{
    GraphBuilder& builder = g.builder();
    const Value dy = g.cotangent(size_t{0});
    const int axis = *normalizedAxis(g.attributes().integer("axis", 0), dy.shape().rank());
    std::vector<int64_t> sizes;
    for (size_t i = 0; i < g.inputCount(); ++i)
        sizes.push_back(g.input(i).shape()[axis]);
    const std::vector<Value> parts = builder.addAll({"Split"}, {dy, builder.ints(sizes)},
                                                    {{"axis", int64_t{axis}}}, sizes.size());
    for (size_t i = 0; i < parts.size(); ++i)
        g.contribute(i, parts[i]);
}

}

void registerSlicingOps(OpRegistry& ops)
{
    constexpr DTypeSet indices{DType::Int64, DType::Int32};
    constexpr auto optional = Port::Arity::Optional;
    ops.add({
        .name = "Slice",
        .sinceOpset = 13,
        .doc = R"(A part of each axis: from start to end (excluded) in steps.
            Shapes    data: any; output: by starts, ends, axes, steps
            Gradient  dy put back in place, zeros elsewhere
            Source    ONNX operator Slice, opset 13)",
        .inputs = {{"data", anyDType},
                   {"starts", indices},
                   {"ends", indices},
                   {"axes", indices, optional},
                   {"steps", indices, optional}},
        .outputs = {{"output", anyDType}},
        .shape = sliceShape,
        .view = sliceView,
        .gradient = sliceGradient,
    });
    ops.add({
        .name = "SliceGrad",
        .domain = std::string(kHelperDomain),
        .doc = "The gradient of Slice: dy put in place within zeros of attribute shape.",
        .inputs = {{"dy", floating}},
        .outputs = {{"dx", floating}},
        .shape = sliceGradShape,
        .kernel = {.forAll = sliceGradKernel},
        .body = sliceGradBody,
    });
    ops.add({
        .name = "Split",
        .sinceOpset = 18,
        .doc = R"(Consecutive parts of one axis.
            Shapes    input: any; outputs: the sizes of `split`, else equal ones
            Gradient  the cotangents joined again; absent ones are zeros
            Source    ONNX operator Split, opset 18)",
        .inputs = {{"input", anyDType}, {"split", indices, optional}},
        .outputs = {{"outputs", anyDType, Port::Arity::Many}},
        .shape = splitShape,
        .view = splitView,
        .gradient = splitGradient,
    });
    ops.add({
        .name = "Concat",
        .sinceOpset = 13,
        .doc = R"(Operands joined along one axis.
            Shapes    equal but for `axis`
            Gradient  dy split again
            Source    ONNX operator Concat, opset 13)",
        .inputs = {{"inputs", anyDType, Port::Arity::Many, "T"}},
        .outputs = {{"concat_result", anyDType}},
        .shape = concatShape,
        .kernel = {.forAll = concatKernel},
        .gradient = concatGradient,
    });
}

}
