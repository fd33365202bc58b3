// engine/ops/slicing_ops.cpp - Slice and its gradient. (Split, Concat: join_ops.cpp)

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/ops/slice_spec.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace backstep {

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

namespace {

using Types = Result<std::vector<TensorType>>;

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

// Back from the place to the part: Slice itself.
void sliceGradGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const std::vector<int64_t> starts = g.attributes().integers("starts"),
                               steps = g.attributes().integers("steps");
    const Shape part = g.input("dy").shape();
    std::vector<int64_t> ends, axes;
    for (size_t i = 0; i < starts.size(); ++i) {
        const int64_t size = part[static_cast<int>(i)];
        const int64_t end = starts[i] + (size - 1) * steps[i] + (steps[i] > 0 ? 1 : -1);
        // Below 0 an end would count from the back.
        ends.push_back(size == 0 ? starts[i] : end < 0 ? std::numeric_limits<int64_t>::min() : end);
        axes.push_back(static_cast<int64_t>(i));
    }
    g.contribute("dy", b.add("Slice", {g.cotangent("dx"), b.ints(starts), b.ints(ends),
                                       b.ints(axes), b.ints(steps)}));
}

/// The places of a slice's elements in the whole, row-major.
std::vector<int64_t> placesOf(const Attributes& attributes, const Shape& part)
{
    const Shape whole(attributes.integers("shape")), strides = whole.denseStrides();
    const std::vector<int64_t> starts = attributes.integers("starts"),
                               steps = attributes.integers("steps");
    std::vector<int64_t> places(static_cast<size_t>(part.count()));
    for (size_t i = 0; i < places.size(); ++i) {
        auto rest = static_cast<int64_t>(i);
        for (int axis = part.rank() - 1; axis >= 0; --axis) {
            const auto a = static_cast<size_t>(axis);
            places[i] += (starts[a] + rest % part[axis] * steps[a]) * strides[axis];
            rest /= part[axis];
        }
    }
    return places;
}

// A Slice that goes up in steps of one is undone by zeros on both sides, any other one by putting
// each element in its place.
std::vector<Value> sliceGradBody(GraphBuilder& b, const Node& node, std::span<const Value> in)
{
    const auto shape = node.attributes.integers("shape"),
               starts = node.attributes.integers("starts"),
               steps = node.attributes.integers("steps");
    if (std::any_of(steps.begin(), steps.end(), [](int64_t step) { return step != 1; })) {
        const std::vector<int64_t> places = placesOf(node.attributes, in[0].shape());
        const int64_t count = in[0].shape().count();
        const Value zeros = b.constant(Tensor(TensorType{in[0].dtype(), {Shape(shape).count()}}));
        const Value flat =
            b.add("ScatterND", {zeros, b.constant(Tensor::of<int64_t>({count, 1}, places)),
                                reshape(in[0], {count})});
        return {reshape(flat, Shape(shape))};
    }
    Value whole = in[0];
    for (size_t i = 0; i < shape.size(); ++i) {
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
        .gradient = sliceGradGradient,
    });
}

}
