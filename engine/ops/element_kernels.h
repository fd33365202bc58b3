#pragma once

// Element loops of plain functions, and tables of kernels by dtype. The compiler makes vectors of
// what is simple enough; functions that it does not know are in kernels.h, through Eigen.

#include "engine/ops/half_kernels.h"
#include "engine/ops/op_def.h"
#include "engine/tensor/strided.h"

#include <type_traits>

namespace backstep {

/// Runs over all elements of the inputs (broadcast) and the output of `call`, row by row; N is
/// their number together. The loop is the planned one, or worked out here.
template<size_t N, class Run> void forEachRow(const KernelCall& call, Run&& run)
{
    if (call.loop)
        return static_cast<const StridedLoop<N>*>(call.loop)->forEachRow(run);
    elementwiseLoop<N>(call.in, call.out[0]).forEachRow(run);
}

/// The rows of an op of one operand: `run(source, target, length, steps of both)`.
template<class T, class Out, class Run> void mapEachRow(const KernelCall& call, Run&& run)
{
    const TensorView &x = call.in[0], &y = call.out[0];
    forEachRow<2>(call, [&](const auto& at, int64_t length, const auto& step) {
        run(x.as<T>() + at[0], y.as<Out>() + at[1], length, step);
    });
}
/// The rows of an op of two operands: `run(left, right, target, length, steps of the three)`.
template<class T, class Out, class Run> void zipEachRow(const KernelCall& call, Run&& run)
{
    const TensorView &a = call.in[0], &b = call.in[1], &y = call.out[0];
    forEachRow<3>(call, [&](const auto& at, int64_t length, const auto& step) {
        run(a.as<T>() + at[0], b.as<T>() + at[1], y.as<Out>() + at[2], length, step);
    });
}

/// y = F(x) element by element; F takes a T.
template<class F, class T, class Out = T> void mapElements(const KernelCall& call)
{
    mapEachRow<T, Out>(call,
                       [f = F{}](const T* source, Out* target, int64_t length, const auto& step) {
                           if (step[0] == 1 && step[1] == 1)
                               for (int64_t i = 0; i < length; ++i)
                                   target[i] = f(source[i]);
                           else
                               for (int64_t i = 0; i < length; ++i)
                                   target[i * step[1]] = f(source[i * step[0]]);
                       });
}

/// y = F(a, b) element by element with broadcasting; F takes two T.
template<class F, class T, class Out = T> void zipElements(const KernelCall& call)
{
    zipEachRow<T, Out>(call, [f = F{}](const T* left, const T* right, Out* target, int64_t length,
                                       const auto& step) {
        const bool isDense = step[2] == 1;
        if (isDense && step[0] == 1 && step[1] == 1)
            for (int64_t i = 0; i < length; ++i)
                target[i] = f(left[i], right[i]);
        else if (isDense && step[0] == 1 && step[1] == 0)
            for (int64_t i = 0; i < length; ++i)
                target[i] = f(left[i], *right);
        else
            for (int64_t i = 0; i < length; ++i)
                target[i * step[2]] = f(left[i * step[0]], right[i * step[1]]);
    });
}

namespace kernels_detail {
template<DTypeSet Set, class T, template<class> class Make> void put(KernelTable& table)
{
    if constexpr (Set.has(dtypeOf<T>))
        table.byDType[static_cast<size_t>(dtypeOf<T>)] = Make<T>::kernel;
}
template<class F> struct MapElementsOf {
    template<class T> struct Make {
        static constexpr Kernel kernel = mapElements<F, T>;
    };
};
template<class F> struct ZipElementsOf {
    template<class T> struct Make {
        static constexpr Kernel kernel = zipElements<F, T>;
    };
};
template<class F> struct TestElementsOf {
    template<class T> struct Make {
        static constexpr Kernel kernel = zipElements<F, T, bool>;
    };
};
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

/// Kernels of an op applied element by element: `elementKernel<NotElements, booleans>()`.
template<class F, DTypeSet Set> KernelTable elementKernel()
{
    return kernelTable<Set, kernels_detail::MapElementsOf<F>::template Make>();
}
/// Kernels of a broadcasting op of two operands, with results of their dtype.
template<class F, DTypeSet Set> KernelTable elementPairKernel()
{
    return kernelTable<Set, kernels_detail::ZipElementsOf<F>::template Make>();
}
/// The same with a boolean result.
template<class F, DTypeSet Set> KernelTable elementTestKernel()
{
    return kernelTable<Set, kernels_detail::TestElementsOf<F>::template Make>();
}

}
