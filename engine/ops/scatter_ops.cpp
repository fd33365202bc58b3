// engine/ops/scatter_ops.cpp - elements by index: GatherElements, ScatterElements, GatherND,
// ScatterND.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/half_kernels.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

namespace backstep {

namespace {

int64_t indexAt(const TensorView& indices, int64_t offset)
{
    return indices.dtype == DType::Int32 ? indices.as<int32_t>()[offset]
                                         : indices.as<int64_t>()[offset];
}

TensorView shiftedBy(TensorView view, int64_t elements)
{
    view.data += elements * static_cast<int64_t>(storedSize(view.dtype));
    return view;
}

/// Calls `use(coordinates)` for every position of `shape` in row-major order.
template<class Use> void forEachPosition(const Shape& shape, Use use)
{
    Shape at = Shape::filled(shape.rank(), 0);
    for (int64_t n = shape.count(); n > 0; --n) {
        use(at);
        for (int axis = shape.rank() - 1; axis >= 0 && ++at[axis] == shape[axis]; --axis)
            at[axis] = 0;
    }
}

int64_t offsetOf(const TensorView& view, const Shape& at)
{
    int64_t offset = 0;
    for (int axis = 0; axis < at.rank(); ++axis)
        offset += at[axis] * view.strides[axis];
    return offset;
}

Result<void> checkBounds(const Tensor* indices, int64_t size, const std::string& what)
{
    if (!indices)
        return {};
    for (int64_t index : indices->integers())
        if (index < -size || index >= size)
            return Error{"shape", fmt::format("indices holds {}, but {} has {} elements", index,
                                              what, size)};
    return {};
}

// --- GatherElements, ScatterElements

/// Where element `at` of `indices` points to in `data`; -1 when it is out of range.
int64_t pointedAt(const TensorView& data, const TensorView& indices, Shape at, int axis)
{
    int64_t index = indexAt(indices, offsetOf(indices, at));
    index += index < 0 ? data.shape[axis] : 0;
    if (index < 0 || index >= data.shape[axis])
        return -1;
    at[axis] = index;
    return offsetOf(data, at);
}

Result<int> elementsAxis(const OpCall& call)
{
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", 0), call.shape(0).rank());
    if (!axis)
        return axis;
    const Shape &data = call.shape(0), &indices = call.shape(1);
    bool fits = data.rank() == indices.rank();
    for (int i = 0; fits && i < data.rank(); ++i)
        fits = i == *axis || indices[i] <= data[i];
    if (!fits)
        return Error{"shape", fmt::format("indices is {}, which does not fit into data {}",
                                          indices.text(), data.text())};
    if (Result<void> inside =
            checkBounds(call.constant(1), data[*axis], fmt::format("axis {}", *axis));
        !inside)
        return inside.takeError();
    return axis;
}

Types gatherElementsShape(const OpCall& call)
{
    Result<int> axis = elementsAxis(call);
    if (!axis)
        return axis.takeError();
    return std::vector<TensorType>{{call.inputs[0].dtype, call.shape(1)}};
}

void gatherElementsKernel(const KernelCall& call)
{
    const TensorView &data = call.in[0], &indices = call.in[1], &y = call.out[0];
    const int axis = *normalizedAxis(call.attributes.integer("axis", 0), data.shape.rank());
    TensorView one{data.dtype, nullptr, {}, {}};
    forEachPosition(indices.shape, [&](const Shape& at) {
        if (const int64_t from = pointedAt(data, indices, at, axis); from >= 0) {
            one.data = shiftedBy(data, from).data;
            copyElements(one, {y.dtype, shiftedBy(y, offsetOf(y, at)).data, {}, {}});
        }
    });
}

Types scatterElementsShape(const OpCall& call)
{
    Result<int> axis = elementsAxis(call);
    if (!axis)
        return axis.takeError();
    if (!(call.shape(2) == call.shape(1)))
        return Error{"shape", fmt::format("updates is {} and indices is {}; they must agree",
                                          call.shape(2).text(), call.shape(1).text())};
    return sameTypeAsFirst(call);
}

/// Puts `update` into `target`, both views of one element or of one shape.
void combine(const std::string& reduction, const TensorView& update, const TensorView& target)
{
    if (reduction == "none" || update.dtype == DType::String)
        return copyElements(update, target);
    withNumericType(update.dtype, [&]<class T>() {
        const StridedLoop<2> loop(target.shape, {update.strides, target.strides});
        loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
            for (int64_t i = 0; i < length; ++i) {
                const T u = update.as<T>()[at[0] + i * step[0]];
                T& t = target.as<T>()[at[1] + i * step[1]];
                if (reduction == "add")
                    t = static_cast<T>(t + u);
                else if (reduction == "mul")
                    t = static_cast<T>(t * u);
                else
                    t = (reduction == "max" ? u > t : u < t) ? u : t;
            }
        });
    });
}

void scatterElementsKernel(const KernelCall& call)
{
    const TensorView &indices = call.in[1], &updates = call.in[2], &y = call.out[0];
    const int axis = *normalizedAxis(call.attributes.integer("axis", 0), y.shape.rank());
    const std::string reduction = call.attributes.text("reduction", "none");
    copyElements(call.in[0], y);
    forEachPosition(indices.shape, [&](const Shape& at) {
        if (const int64_t to = pointedAt(y, indices, at, axis); to >= 0)
            combine(reduction, {y.dtype, shiftedBy(updates, offsetOf(updates, at)).data, {}, {}},
                    {y.dtype, shiftedBy(y, to).data, {}, {}});
    });
}

// --- GatherND, ScatterND

/// The part of `data` that one index tuple points to, behind `batch` axes already taken; nothing
/// when it is out of range.
std::optional<TensorView> partAt(TensorView data, const TensorView& indices, int64_t offset,
                                 int64_t length)
{
    for (int64_t k = 0; k < length; ++k) {
        int64_t index = indexAt(indices, offset + k * indices.strides.back());
        index += index < 0 ? data.shape[0] : 0;
        if (index < 0 || index >= data.shape[0])
            return std::nullopt;
        data = shiftedBy(data, index * data.strides[0]);
        data.shape.erase(0);
        data.strides.erase(0);
    }
    return data;
}

/// The first `count` axes fixed at `at`.
TensorView fixed(TensorView view, const Shape& at, int count)
{
    for (int i = 0; i < count; ++i) {
        view = shiftedBy(view, at[i] * view.strides[0]);
        view.shape.erase(0);
        view.strides.erase(0);
    }
    return view;
}

Types gatherNdShape(const OpCall& call)
{
    const Shape &data = call.shape(0), &indices = call.shape(1);
    const int64_t batch = call.attributes.integer("batch_dims", 0);
    if (indices.rank() == 0 || batch < 0 || batch >= indices.rank() || batch > data.rank() ||
        indices.back() + batch > data.rank())
        return Error{"shape", fmt::format("indices {} with {} batch axes do not point into data {}",
                                          indices.text(), batch, data.text())};
    Shape shape;
    for (int i = 0; i + 1 < indices.rank(); ++i) {
        if (i < batch && indices[i] != data[i])
            return Error{"shape", fmt::format("batch axis {} has {} elements in data and {} in "
                                              "indices",
                                              i, data[i], indices[i])};
        shape.append(indices[i]);
    }
    const auto rest = static_cast<int>(batch + indices.back());
    if (shape.rank() + data.rank() - rest > kMaxRank)
        return Error{"unsupported", fmt::format("the result would have a rank above {}", kMaxRank)};
    for (int i = rest; i < data.rank(); ++i)
        shape.append(data[i]);
    return std::vector<TensorType>{{call.inputs[0].dtype, shape}};
}

void gatherNdKernel(const KernelCall& call)
{
    const TensorView &data = call.in[0], &indices = call.in[1], &y = call.out[0];
    const auto batch = static_cast<int>(call.attributes.integer("batch_dims", 0));
    Shape outer = indices.shape;
    const int64_t length = outer.back();
    outer.erase(outer.rank() - 1);
    forEachPosition(outer, [&](const Shape& at) {
        const TensorView own = fixed(data, at, batch);
        if (const auto part = partAt(own, indices, offsetOf(indices, at), length))
            copyElements(*part, fixed(y, at, outer.rank()));
    });
}

Types scatterNdShape(const OpCall& call)
{
    const Shape &data = call.shape(0), &indices = call.shape(1), &updates = call.shape(2);
    bool fits = indices.rank() > 0 && indices.back() <= data.rank() &&
                updates.rank() == indices.rank() - 1 + data.rank() - indices.back();
    for (int i = 0; fits && i < updates.rank(); ++i)
        fits =
            updates[i] == (i + 1 < indices.rank()
                               ? indices[i]
                               : data[i + 1 - indices.rank() + static_cast<int>(indices.back())]);
    if (!fits)
        return Error{"shape", fmt::format("updates {} and indices {} do not fit data {}",
                                          updates.text(), indices.text(), data.text())};
    return sameTypeAsFirst(call);
}

void scatterNdKernel(const KernelCall& call)
{
    const TensorView &indices = call.in[1], &updates = call.in[2], &y = call.out[0];
    const std::string reduction = call.attributes.text("reduction", "none");
    copyElements(call.in[0], y);
    Shape outer = indices.shape;
    const int64_t length = outer.back();
    outer.erase(outer.rank() - 1);
    forEachPosition(outer, [&](const Shape& at) {
        if (const auto part = partAt(y, indices, offsetOf(indices, at), length))
            combine(reduction, fixed(updates, at, outer.rank()), *part);
    });
}

// --- gradients: a gather is undone by a scatter that adds, and the other way round

template<bool isND> Value gathered(const GradientScope& g, const Value& from)
{
    if (isND)
        return g.builder().add("GatherND", {from, g.input(1)});
    return g.builder().add("GatherElements", {from, g.input(1)},
                           {{"axis", g.attributes().integer("axis", 0)}});
}

template<bool isND> Value scattered(const GradientScope& g, const Value& into, const Value& updates,
                                    const std::string& reduction)
{
    if (isND)
        return g.builder().add("ScatterND", {into, g.input(1), updates},
                               {{"reduction", reduction}});
    return g.builder().add("ScatterElements", {into, g.input(1), updates},
                           {{"axis", g.attributes().integer("axis", 0)}, {"reduction", reduction}});
}

void gatherElementsGradient(GradientScope& g)
{
    const Value data = g.input(size_t{0});
    g.contribute(size_t{0}, scattered<false>(g, filled(g.builder(), 0, data.dtype(), data.shape()),
                                             g.cotangent(size_t{0}), "add"));
}

// Batch axes become leading index entries, so that one ScatterND adds up.
void gatherNdGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value data = g.input(size_t{0});
    Value indices = castTo(g.input(1), DType::Int64);
    const int64_t batch = g.attributes().integer("batch_dims", 0);
    for (int64_t i = batch - 1; i >= 0; --i) {
        const int axis = static_cast<int>(i);
        Shape wide = indices.shape(), line = Shape::filled(wide.rank(), 1);
        line[axis] = wide[axis];
        wide[wide.rank() - 1] = 1;
        const Value own = expandedTo(reshape(countUp(b, line[axis]), line), wide);
        indices = b.add("Concat", {own, indices}, {{"axis", int64_t{-1}}});
    }
    g.contribute(size_t{0},
                 b.add("ScatterND",
                       {filled(b, 0, data.dtype(), data.shape()), indices, g.cotangent(size_t{0})},
                       {{"reduction", std::string("add")}}));
}

/// dy times the other factors of each update under "mul". Zeros are counted, not divided by: a
/// factor beside a zero gets 0, a zero that is alone gets the product of the rest.
template<bool isND> Value dyOfFactors(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value dy = g.cotangent(size_t{0}), data = g.input(size_t{0}), updates = g.input(2);
    const Value isZero = b.add("Equal", {updates, b.scalar(0, updates)});
    const Value safe = selected(isZero, b.scalar(1, updates), updates);
    const Value zero = castTo(isZero, updates.dtype());
    const auto spread = [&](double start, const Value& values, const char* reduction) {
        const Value base = filled(b, start, data.dtype(), data.shape());
        return gathered<isND>(g, scattered<isND>(g, base, values, reduction));
    };
    const Value others = spread(1, safe, "mul") / safe;
    const Value otherZeros = spread(0, zero, "add") - zero;
    const Value hasNone = b.add("Equal", {otherZeros, b.scalar(0, otherZeros)});
    return gathered<isND>(g, dy * data) * selected(hasNone, others, b.scalar(0, others));
}

template<bool isND> void scatterGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value dy = g.cotangent(size_t{0}), data = g.input(size_t{0}), updates = g.input(2);
    const std::string reduction = g.attributes().text("reduction", "none");
    if (reduction == "none") {
        const Value zeros = filled(b, 0, updates.dtype(), updates.shape());
        g.contribute(size_t{0}, scattered<isND>(g, dy, zeros, "none"));
        g.contribute(size_t{2}, gathered<isND>(g, dy));
    } else if (reduction == "add") {
        g.contribute(size_t{0}, dy);
        g.contribute(size_t{2}, gathered<isND>(g, dy));
    } else if (reduction == "mul") {
        const Value ones = filled(b, 1, data.dtype(), data.shape());
        g.contribute(size_t{0}, dy * scattered<isND>(g, ones, updates, "mul"));
        if (g.wants(2))
            g.contribute(size_t{2}, dyOfFactors<isND>(g));
    } else {
        // What attains the extremum shares the cotangent evenly, as in PyTorch's scatter_reduce.
        const Value y = g.output(size_t{0});
        const Value own = castTo(b.add("Equal", {data, y}), dy.dtype());
        const Value news = castTo(b.add("Equal", {updates, gathered<isND>(g, y)}), dy.dtype());
        const Value share = dy / scattered<isND>(g, own, news, "add");
        g.contribute(size_t{0}, share * own);
        if (g.wants(2))
            g.contribute(size_t{2}, gathered<isND>(g, share) * news);
    }
}

}

void registerScatterOps(OpRegistry& ops)
{
    constexpr DTypeSet indices{DType::Int64, DType::Int32};
    const auto gather = [&](std::string name, const std::string& what, ShapeRule shape,
                            Kernel kernel, GradientFunction gradient) {
        ops.add({
            .name = name,
            .sinceOpset = 13,
            .doc = what +
                   "\n    Gradient  dy added up where it was read from"
                   "\n    Source    ONNX operator " +
                   name + ", opset 13",
            .inputs = {{"data", anyDType}, {"indices", indices}},
            .outputs = {{"output", anyDType}},
            .shape = shape,
            .kernel = {.forAll = kernel},
            .gradient = gradient,
        });
    };
    gather("GatherElements", "Element by element, the entry of `data` at an index along `axis`.",
           gatherElementsShape, gatherElementsKernel, gatherElementsGradient);
    gather("GatherND", "Parts of `data` by tuples of indices, the last axis of `indices`.",
           gatherNdShape, gatherNdKernel, gatherNdGradient);
    const auto scatter = [&](std::string name, const std::string& what, ShapeRule shape,
                             KernelTable kernel, GradientFunction gradient) {
        ops.add({
            .name = name,
            .sinceOpset = 18,
            .doc = what + R"(
            Gradient  dupdates = dy where it was written; ddata = dy elsewhere. With reduction add
                      dy to both, mul the product rule, max and min evenly to all that attain it
                      that equal y
            Source    ONNX operator )" +
                   name + ", opset 18",
            .inputs = {{"data", anyDType, Port::Arity::One, "T"},
                       {"indices", indices},
                       {"updates", anyDType, Port::Arity::One, "T"}},
            .outputs = {{"output", anyDType}},
            .shape = shape,
            .kernel = std::move(kernel),
            .gradient = gradient,
        });
    };
    scatter("ScatterElements", "`data` with `updates` put in at indices along `axis`.",
            scatterElementsShape, kernelForAll<scatterElementsKernel>(), scatterGradient<false>);
    scatter("ScatterND", "`data` with parts put in at tuples of indices.", scatterNdShape,
            kernelForAll<scatterNdKernel>(), scatterGradient<true>);
}

}
