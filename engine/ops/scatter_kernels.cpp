#include "engine/ops/scatter_kernels.h"

#include "engine/ops/shape_rules.h"
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

}
