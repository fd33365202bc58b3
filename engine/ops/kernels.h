#pragma once

// Element loops over Eigen, for functions that it has in vectors. Heavy: include in .cpp files
// only.

#include "engine/ops/element_kernels.h"

#include <Eigen/Core>

namespace backstep {

template<class T> using ArrayIn = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;
template<class T> using ArrayOut = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;
template<class T> using StridedIn =
    Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>, 0, Eigen::InnerStride<Eigen::Dynamic>>;
template<class T> using StridedOut =
    Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>, 0, Eigen::InnerStride<Eigen::Dynamic>>;

/// y = F(x) element by element; F maps an Eigen array expression of T to one of Out.
template<class F, class T, class Out = T> void mapRows(const KernelCall& call)
{
    const F f = [&] {
        if constexpr (std::is_constructible_v<F, const Attributes&>)
            return call.prepared ? *static_cast<const F*>(call.prepared) : F(call.attributes);
        else
            return F{};
    }();
    mapEachRow<T, Out>(call, [&](const T* source, Out* target, int64_t length, const auto& step) {
        if (step[0] == 1 && step[1] == 1)
            ArrayOut<Out>(target, length) = f(ArrayIn<T>(source, length));
        else
            StridedOut<Out>(target, length, Eigen::InnerStride<>(step[1])) =
                f(StridedIn<T>(source, length, Eigen::InnerStride<>(step[0])));
    });
}

/// y = F(a, b) element by element with broadcasting. F must take array and array, array and scalar,
/// scalar and array.
template<class F, class T, class Out = T> void zipRows(const KernelCall& call)
{
    zipEachRow<T, Out>(call, [f = F{}](const T* left, const T* right, Out* target, int64_t length,
                                       const auto& step) {
        const bool isDense = step[2] == 1;
        if (isDense && step[0] == 1 && step[1] == 1)
            ArrayOut<Out>(target, length) = f(ArrayIn<T>(left, length), ArrayIn<T>(right, length));
        else if (isDense && step[0] == 1 && step[1] == 0)
            ArrayOut<Out>(target, length) =
                f(ArrayIn<T>(left, length), ArrayIn<T>::Constant(length, *right));
        else if (isDense && step[0] == 0 && step[1] == 1)
            ArrayOut<Out>(target, length) =
                f(ArrayIn<T>::Constant(length, *left), ArrayIn<T>(right, length));
        else
            StridedOut<Out>(target, length, Eigen::InnerStride<>(step[2])) =
                f(StridedIn<T>(left, length, Eigen::InnerStride<>(step[0])),
                  StridedIn<T>(right, length, Eigen::InnerStride<>(step[1])));
    });
}

template<class F> struct MapOf {
    template<class T> struct Make {
        static constexpr Kernel kernel = mapRows<F, T>;
    };
};
template<class F> struct ZipOf {
    template<class T> struct Make {
        static constexpr Kernel kernel = zipRows<F, T>;
    };
};
/// Kernels of an op applied element by element: `mapKernel<TanhElements, floating>()`.
template<class F, DTypeSet Set> KernelTable mapKernel()
{
    KernelTable table = kernelTable<Set, MapOf<F>::template Make>();
    if constexpr (std::is_constructible_v<F, const Attributes&>)
        table.prepare = [](const Attributes& attributes) -> std::shared_ptr<const void> {
            return std::make_shared<const F>(attributes);
        };
    return table;
}
/// Kernels of a broadcasting op of two operands.
template<class F, DTypeSet Set> KernelTable zipKernel()
{
    return kernelTable<Set, ZipOf<F>::template Make>();
}

}
