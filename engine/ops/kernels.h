#pragma once

// Element loops over Eigen, shared by the op families. Heavy: include in .cpp files only.

#include "engine/ops/half_kernels.h"
#include "engine/ops/op_def.h"
#include "engine/tensor/strided.h"

#include <Eigen/Core>

#include <type_traits>

namespace backstep {

template<class T> using ArrayIn = Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>>;
template<class T> using ArrayOut = Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>>;
template<class T> using StridedIn =
    Eigen::Map<const Eigen::Array<T, Eigen::Dynamic, 1>, 0, Eigen::InnerStride<Eigen::Dynamic>>;
template<class T> using StridedOut =
    Eigen::Map<Eigen::Array<T, Eigen::Dynamic, 1>, 0, Eigen::InnerStride<Eigen::Dynamic>>;

/// Runs over all elements of the inputs (broadcast) and the output of `call`, row by row; N is
/// their number together. The loop is the planned one, or worked out here.
template<size_t N, class Run> void forEachRow(const KernelCall& call, Run&& run)
{
    if (call.loop)
        return static_cast<const StridedLoop<N>*>(call.loop)->forEachRow(run);
    elementwiseLoop<N>(call.in, call.out[0]).forEachRow(run);
}

/// y = F(x) element by element; F maps an Eigen array expression of T to one of Out.
template<class F, class T, class Out = T> void mapRows(const KernelCall& call)
{
    const TensorView &x = call.in[0], &y = call.out[0];
    const F f = [&] {
        if constexpr (std::is_constructible_v<F, const Attributes&>)
            return call.prepared ? *static_cast<const F*>(call.prepared) : F(call.attributes);
        else
            return F{};
    }();
    forEachRow<2>(call, [&](const auto& at, int64_t length, const auto& step) {
        const T* source = x.as<T>() + at[0];
        Out* target = y.as<Out>() + at[1];
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
    const TensorView &a = call.in[0], &b = call.in[1], &y = call.out[0];
    const F f{};
    forEachRow<3>(call, [&](const auto& at, int64_t length, const auto& step) {
        const T* left = a.as<T>() + at[0];
        const T* right = b.as<T>() + at[1];
        Out* target = y.as<Out>() + at[2];
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

namespace kernels_detail {
template<DTypeSet Set, class T, template<class> class Make> void put(KernelTable& table)
{
    if constexpr (Set.has(dtypeOf<T>))
        table.byDType[static_cast<size_t>(dtypeOf<T>)] = Make<T>::kernel;
}
}

/// A table with `Make<T>::kernel` for every dtype of `Set` that we compute with.
template<DTypeSet Set, template<class> class Make> KernelTable kernelTable()
{
    KernelTable table;
    kernels_detail::put<Set, float, Make>(table);
    kernels_detail::put<Set, double, Make>(table);
    kernels_detail::put<Set, int32_t, Make>(table);
    kernels_detail::put<Set, int64_t, Make>(table);
    kernels_detail::put<Set, uint8_t, Make>(table);
    kernels_detail::put<Set, int8_t, Make>(table);
    kernels_detail::put<Set, int16_t, Make>(table);
    kernels_detail::put<Set, uint16_t, Make>(table);
    kernels_detail::put<Set, uint32_t, Make>(table);
    kernels_detail::put<Set, uint64_t, Make>(table);
    kernels_detail::put<Set, bool, Make>(table);
    if constexpr (Set.has(DType::Float32))
        for (DType half : {DType::Float16, DType::BFloat16})
            if (Set.has(half))
                table.byDType[static_cast<size_t>(half)] = throughFloat32<Make<float>::kernel>;
    return table;
}

template<class F> struct MapOf {
    template<class T> struct Make {
        static constexpr Kernel kernel = mapRows<F, T>;
    };
};
template<class F, class Out> struct MapTo {
    template<class T> struct Make {
        static constexpr Kernel kernel = mapRows<F, T, Out>;
    };
};
template<class F> struct ZipOf {
    template<class T> struct Make {
        static constexpr Kernel kernel = zipRows<F, T>;
    };
};
template<class F, class Out> struct ZipTo {
    template<class T> struct Make {
        static constexpr Kernel kernel = zipRows<F, T, Out>;
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
/// The same with a boolean result.
template<class F, DTypeSet Set> KernelTable zipToBool()
{
    return kernelTable<Set, ZipTo<F, bool>::template Make>();
}

}
