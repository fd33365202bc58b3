#include "engine/ops/matrix_product.h"

#include "engine/tensor/strided.h"

#include <Eigen/Core>
#include <dnnl.h>
#include <omp.h>

#include <algorithm>

namespace backstep {

namespace {

template<class T> using RowMajor =
    Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template<class T> using ColMajor =
    Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
template<class M> using MapOf = Eigen::Map<M, 0, Eigen::OuterStride<>>;

template<class T> MapOf<const RowMajor<T>> rows(const TensorView& view)
{
    return {view.as<T>(), view.shape[0], view.shape[1], Eigen::OuterStride<>(view.strides[0])};
}
template<class T> MapOf<const ColMajor<T>> columns(const TensorView& view)
{
    return {view.as<T>(), view.shape[0], view.shape[1], Eigen::OuterStride<>(view.strides[1])};
}

/// Rows (`outer` is 0) or columns (1) one behind the other, perhaps with gaps. A reversed sequence
/// has its rows the other way round, a broadcast one the same row again and again: neither is one.
bool isMajor(const TensorView& view, int outer)
{
    const int inner = 1 - outer;
    return (view.strides[inner] == 1 || view.shape[inner] == 1) &&
           (view.shape[outer] == 1 || view.strides[outer] >= view.shape[inner]);
}
bool isRowMajor(const TensorView& view)
{
    return isMajor(view, 0);
}
/// True if the product takes it as it lies: row-major or column-major.
bool isMatrix(const TensorView& view)
{
    return isMajor(view, 0) || isMajor(view, 1);
}

/// Calls `use` with an Eigen view of the matrix.
template<class T, class Use> void withMatrix(const TensorView& view, Use&& use)
{
    isRowMajor(view) ? use(rows<T>(view)) : use(columns<T>(view));
}

/// Below it a call of oneDNN costs more than Eigen takes for the product (measured: bench_engine).
constexpr int64_t kTinyProduct = 8192;

/// A matrix as oneDNN takes it: row-major, or such a one transposed.
struct SgemmOperand {
    explicit SgemmOperand(const TensorView& view) : data(view.as<float>())
    {
        const int outer = isRowMajor(view) ? 0 : 1;
        order = outer == 0 ? 'N' : 'T';
        // The stride of an axis of size 1 means nothing, but it is checked.
        stride = std::max(view.strides[outer], view.shape[1 - outer]);
    }
    char order;
    const float* data;
    int64_t stride;
};

/// True if oneDNN has done it: products above tiny, of which it makes more than Eigen does.
bool multiplyByOneDnn(const TensorView& a, const TensorView& b, const TensorView& y, double alpha,
                      bool accumulate)
{
    const int64_t m = y.shape[0], n = y.shape[1], k = a.shape[1];
    if (m == 1 || n == 1 || m * n * k < kTinyProduct)
        return false;
    // Our threads split the work above; a team of oneDNN's own would be in their way.
    static thread_local const bool isAlone = (omp_set_num_threads(1), true);
    const SgemmOperand left(a), right(b);
    return isAlone &&
           dnnl_sgemm(left.order, right.order, m, n, k, static_cast<float>(alpha), left.data,
                      left.stride, right.data, right.stride, accumulate ? 1.0f : 0.0f,
                      y.as<float>(), y.strides[0]) == dnnl_success;
}

/// Of matrices that are row-major or column-major into one that is row-major.
template<class T> void multiplyMatrices(const TensorView& a, const TensorView& b,
                                        const TensorView& y, double alpha, bool accumulate)
{
    if constexpr (std::is_same_v<T, float>)
        if (multiplyByOneDnn(a, b, y, alpha, accumulate))
            return;
    MapOf<RowMajor<T>> target(y.as<T>(), y.shape[0], y.shape[1],
                              Eigen::OuterStride<>(y.strides[0]));
    if (!accumulate)
        target.setZero();
    withMatrix<T>(a, [&](const auto& left) {
        withMatrix<T>(b, [&](const auto& right) {
            target.noalias() += (static_cast<T>(alpha) * left) * right;
        });
    });
}

template<class T> void multiplyFloats(const TensorView& a, const TensorView& b, const TensorView& y,
                                      double alpha, bool accumulate)
{
    if (!isMatrix(a))
        return multiplyFloats<T>(Tensor::copyOf(a).view(), b, y, alpha, accumulate);
    if (!isMatrix(b))
        return multiplyFloats<T>(a, Tensor::copyOf(b).view(), y, alpha, accumulate);
    if (isRowMajor(y))
        return multiplyMatrices<T>(a, b, y, alpha, accumulate);
    const Tensor product = Tensor::copyOf(y);
    multiplyMatrices<T>(a, b, product.view(), alpha, accumulate);
    copyElements(product.view(), y);
}

/// Wraps around as unsigned arithmetic does. Eigen's kernel would be compiled for each of the eight
/// integer types, and no recurrent network spends time in them.
template<class T> void multiplyIntegers(const TensorView& a, const TensorView& b,
                                        const TensorView& y, double alpha, bool accumulate)
{
    for (int64_t i = 0; i < y.shape[0]; ++i) {
        for (int64_t j = 0; j < y.shape[1]; ++j) {
            uint64_t sum = 0;
            for (int64_t k = 0; k < a.shape[1]; ++k)
                sum += static_cast<uint64_t>(a.as<T>()[i * a.strides[0] + k * a.strides[1]]) *
                       static_cast<uint64_t>(b.as<T>()[k * b.strides[0] + j * b.strides[1]]);
            sum *= static_cast<uint64_t>(static_cast<int64_t>(alpha));
            T& element = y.as<T>()[i * y.strides[0] + j * y.strides[1]];
            element = static_cast<T>(sum + (accumulate ? static_cast<uint64_t>(element) : 0));
        }
    }
}

}

void multiply(const TensorView& a, const TensorView& b, const TensorView& y, double alpha,
              bool accumulate)
{
    if (y.shape.count() == 0)
        return;
    withNumericType(y.dtype, [&]<class T>() {
        if constexpr (std::is_floating_point_v<T>)
            multiplyFloats<T>(a, b, y, alpha, accumulate);
        else if constexpr (!std::is_same_v<T, bool>)
            multiplyIntegers<T>(a, b, y, alpha, accumulate);
    });
}

}
