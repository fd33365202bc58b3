#include "engine/ops/matrix_product.h"

#include "engine/tensor/strided.h"

#include <Eigen/Core>

namespace backstep {

namespace {

template<class T> using RowMajor =
    Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template<class T> using ColMajor =
    Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
template<class M> using MapOf = Eigen::Map<M, 0, Eigen::OuterStride<>>;

bool isRowMajor(const TensorView& view)
{
    return view.strides[1] == 1 || view.shape[1] == 1;
}
bool isColMajor(const TensorView& view)
{
    return view.strides[0] == 1 || view.shape[0] == 1;
}

template<class T> MapOf<const RowMajor<T>> rows(const TensorView& view)
{
    return {view.as<T>(), view.shape[0], view.shape[1], Eigen::OuterStride<>(view.strides[0])};
}
template<class T> MapOf<const ColMajor<T>> columns(const TensorView& view)
{
    return {view.as<T>(), view.shape[0], view.shape[1], Eigen::OuterStride<>(view.strides[1])};
}

/// Calls `use` with an Eigen view of the matrix; a matrix with two strides is copied first, since
/// Eigen's product wants one of them to be 1.
template<class T, class Use> void withMatrix(const TensorView& view, Use&& use)
{
    if (isRowMajor(view))
        return use(rows<T>(view));
    if (isColMajor(view))
        return use(columns<T>(view));
    const Eigen::Map<const RowMajor<T>, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> strided(
        view.as<T>(), view.shape[0], view.shape[1],
        Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(view.strides[0], view.strides[1]));
    const RowMajor<T> copy = strided;
    use(copy);
}

template<class T> void multiplyAs(const TensorView& a, const TensorView& b, const TensorView& y,
                                  double alpha, bool accumulate)
{
    MapOf<RowMajor<T>> target(y.as<T>(), y.shape[0], y.shape[1],
                              Eigen::OuterStride<>(y.strides[0]));
    if (!accumulate)
        target.setZero();
    withMatrix<T>(a, [&](const auto& left) {
        withMatrix<T>(b, [&](const auto& right) {
            if (alpha == 1)
                target.noalias() += left * right;
            else
                target.noalias() += static_cast<T>(alpha) * (left * right);
        });
    });
}

}

void multiply(const TensorView& a, const TensorView& b, const TensorView& y, double alpha,
              bool accumulate)
{
    if (y.shape.count() == 0)
        return;
    withNumericType(y.dtype, [&]<class T>() {
        if constexpr (!std::is_same_v<T, bool>)
            multiplyAs<T>(a, b, y, alpha, accumulate);
    });
}

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

}

void multiplyBatched(const TensorView& a, const TensorView& b, const TensorView& y)
{
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
