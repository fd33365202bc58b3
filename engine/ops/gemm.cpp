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
    if (view.strides[1] == 1 || view.shape[1] == 1)
        return use(rows<T>(view));
    if (view.strides[0] == 1 || view.shape[0] == 1)
        return use(columns<T>(view));
    const Tensor copy = Tensor::copyOf(view);
    use(rows<T>(copy.view()));
}

template<class T> void multiplyFloats(const TensorView& a, const TensorView& b,
                                      const TensorView& y, double alpha, bool accumulate)
{
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
