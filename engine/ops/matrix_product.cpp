#include "engine/ops/matrix_product.h"

#include "engine/tensor/strided.h"

#include <optional>

namespace backstep {

namespace {

/// Element offset of batch number `index` in a view whose leading axes broadcast to `batch`.
int64_t batchOffset(const TensorView& view, const Shape& batch, int64_t index)
{
    int64_t offset = 0;
    for (int axis = batch.rank() - 1; axis >= 0; --axis) {
        const int64_t at = index % batch[axis];
        index /= batch[axis];
        const int own = axis - (batch.rank() - (view.shape.rank() - 2));
        if (own >= 0 && view.shape[own] != 1)
            offset += at * view.strides[own];
    }
    return offset;
}

TensorView matrixAt(const TensorView& view, const Shape& batch, int64_t index)
{
    const int rank = view.shape.rank();
    TensorView matrix;
    matrix.dtype = view.dtype;
    matrix.shape = {view.shape[rank - 2], view.shape[rank - 1]};
    matrix.strides = {view.strides[rank - 2], view.strides[rank - 1]};
    matrix.data =
        view.data + batchOffset(view, batch, index) * static_cast<int64_t>(elementSize(view.dtype));
    return matrix;
}

/// The view without `axis`, at element `index` of it.
TensorView sliceOf(TensorView view, int axis, int64_t index)
{
    view.data += index * view.strides[axis] * static_cast<int64_t>(elementSize(view.dtype));
    view.shape.erase(axis);
    view.strides.erase(axis);
    return view;
}

/// Axes `axis` and `axis + 1` as one, or nothing where the strides do not allow it.
std::optional<TensorView> merged(TensorView view, int axis)
{
    const int64_t inner = view.shape[axis + 1];
    if (view.shape[axis] == 1) { // its stride means nothing
        view.strides[axis] = view.strides[axis + 1];
    } else if (inner == 1) {
        view.strides[axis + 1] = view.strides[axis];
    } else if (view.strides[axis] != inner * view.strides[axis + 1]) {
        return std::nullopt;
    }
    view.shape[axis] *= inner;
    if (inner != 1)
        view.strides[axis] = view.strides[axis + 1];
    view.shape.erase(axis + 1);
    view.strides.erase(axis + 1);
    return view;
}

}

void multiplyRows(const TensorView& a, const TensorView& b, const TensorView& y, double alpha,
                  bool accumulate)
{
    if (a.shape.rank() == 2)
        return multiply(a, b, y, alpha, accumulate);
    const std::optional<TensorView> rowsOfA = merged(a, 0), rowsOfY = merged(y, 0);
    if (rowsOfA && rowsOfY)
        return multiplyRows(*rowsOfA, b, *rowsOfY, alpha, accumulate);
    // Few products with many rows, rather than the other way round.
    const int axis = a.shape[0] <= a.shape[1] ? 0 : 1;
    for (int64_t i = 0; i < a.shape[axis]; ++i)
        multiplyRows(sliceOf(a, axis, i), b, sliceOf(y, axis, i), alpha, accumulate);
}

void addProducts(const TensorView& a, const TensorView& b, const TensorView& y)
{
    // Time and the inner axis as one: from [K, m, r] to [m, K r].
    TensorView left = a;
    std::swap(left.shape[0], left.shape[1]);
    std::swap(left.strides[0], left.strides[1]);
    const std::optional<TensorView> columnsOfA = merged(left, 1), rowsOfB = merged(b, 0);
    if (columnsOfA && rowsOfB)
        return multiply(*columnsOfA, *rowsOfB, y, 1, true);
    if (a.shape[0] <= a.shape[2])
        for (int64_t i = 0; i < a.shape[0]; ++i)
            multiply(sliceOf(a, 0, i), sliceOf(b, 0, i), y, 1, true);
    else
        for (int64_t i = 0; i < a.shape[2]; ++i)
            multiply(sliceOf(left, 2, i), sliceOf(b, 1, i), y, 1, true);
}

void multiplyBatched(const TensorView& a, const TensorView& b, const TensorView& y)
{
    if (b.shape.rank() == 2)
        return multiplyRows(a, b, y);
    Shape batch = y.shape;
    batch.erase(batch.rank() - 1);
    batch.erase(batch.rank() - 1);
    const int64_t count = batch.count();
    for (int64_t i = 0; i < count; ++i)
        multiply(matrixAt(a, batch, i), matrixAt(b, batch, i), matrixAt(y, batch, i));
}

void scaleInPlace(const TensorView& y, double factor)
{
    if (factor == 1)
        return;
    withNumericType(y.dtype, [&]<class T>() {
        if constexpr (!std::is_same_v<T, bool>) {
            const StridedLoop<1> loop(y.shape, {y.strides});
            loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
                for (int64_t i = 0; i < length; ++i)
                    y.as<T>()[at[0] + i * step[0]] *= static_cast<T>(factor);
            });
        }
    });
}

}
