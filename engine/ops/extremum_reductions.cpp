// engine/ops/extremum_reductions.cpp - ReduceMax, ReduceMin, ReduceProd; ArgMax, ArgMin, Hardmax.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/reduction.h"
#include "engine/tensor/strided.h"

#include <algorithm>
#include <limits>

namespace backstep {

namespace {

template<class T> T lowest()
{
    return std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity()
                                                : std::numeric_limits<T>::lowest();
}
template<class T> T highest()
{
    return std::numeric_limits<T>::has_infinity ? std::numeric_limits<T>::infinity()
                                                : std::numeric_limits<T>::max();
}

struct Largest {
    template<class T> static T start() { return lowest<T>(); }
    template<class T> static T fold(T a, T b) { return a != a || a > b ? a : b; }
};
struct Smallest {
    template<class T> static T start() { return highest<T>(); }
    template<class T> static T fold(T a, T b) { return a != a || a < b ? a : b; }
};
struct Product {
    template<class T> static T start() { return T(1); }
    template<class T> static T fold(T a, T b) { return static_cast<T>(a * b); }
};

template<class F, class T> void foldRows(const KernelCall& call)
{
    const TensorView &x = call.in[0], &y = call.out[0];
    std::fill_n(y.as<T>(), y.shape.count(), F::template start<T>());
    const TensorView target = spreadOverReduced(call);
    const StridedLoop<2> loop(x.shape, {x.strides, target.strides});
    loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
        const T* source = x.as<T>() + at[0];
        T* result = y.as<T>() + at[1];
        for (int64_t i = 0; i < length; ++i)
            result[i * step[1]] = F::fold(result[i * step[1]], source[i * step[0]]);
    });
}

template<class F> void foldKernel(const KernelCall& call)
{
    withNumericType(call.in[0].dtype, [&]<class T>() { foldRows<F, T>(call); });
}

// Equal elements share the cotangent evenly, as in TensorFlow's reduce_max and PyTorch's amax.
void extremumGradient(GradientScope& g)
{
    const Value x = g.input(size_t{0});
    GraphBuilder& b = g.builder();
    const std::vector<int64_t> axes = reducedAxesOf(g);
    const Value y = reshape(g.output(size_t{0}), keptShape(x.shape(), axes));
    const Value dy = reshape(g.cotangent(size_t{0}), keptShape(x.shape(), axes));
    const Value chosen = castTo(b.add("Equal", {x, y}), x.dtype());
    g.contribute(size_t{0}, dy * chosen / reduced("ReduceSum", chosen, axes));
}

// Each factor gets the product of all others: those before times those behind, so that a zero is
// no division.
void productGradient(GradientScope& g)
{
    const Value x = g.input(size_t{0});
    GraphBuilder& b = g.builder();
    const std::vector<int64_t> axes = reducedAxesOf(g);
    std::vector<int64_t> order, back(static_cast<size_t>(x.shape().rank()));
    Shape flat;
    int64_t factors = 1;
    for (int64_t axis = 0; axis < x.shape().rank(); ++axis)
        if (std::find(axes.begin(), axes.end(), axis) == axes.end()) {
            order.push_back(axis);
            flat.append(x.shape()[static_cast<int>(axis)]);
        }
    for (int64_t axis : axes) {
        order.push_back(axis);
        factors *= x.shape()[static_cast<int>(axis)];
    }
    flat.append(factors);
    for (size_t i = 0; i < order.size(); ++i)
        back[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
    const Value moved = transpose(x, order), rows = reshape(moved, flat);
    const Value last = b.ints({flat.rank() - 1});
    const auto others = [&](int64_t isReverse) {
        return b.add("CumProd", {rows, last}, {{"exclusive", int64_t{1}}, {"reverse", isReverse}});
    };
    Shape single = flat;
    single[flat.rank() - 1] = 1;
    const Value dy = reshape(g.cotangent(size_t{0}), single);
    g.contribute(size_t{0}, transpose(reshape(dy * others(0) * others(1), moved.shape()), back));
}

// --- ArgMax, ArgMin, Hardmax

Types argShape(const OpCall& call)
{
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", 0), call.shape(0).rank());
    if (!axis)
        return axis.takeError();
    Shape shape = call.shape(0);
    if (shape[*axis] == 0)
        return Error{"shape", "an axis of no elements has no largest one"};
    if (call.attributes.integer("keepdims", 1) != 0)
        shape[*axis] = 1;
    else
        shape.erase(*axis);
    return std::vector<TensorType>{{DType::Int64, shape}};
}

/// The index of the extreme element of each row along `axis`, in row-major order of the rest.
template<class T, class Use>
void forEachExtreme(const TensorView& x, int axis, bool isMax, bool isLast, Use use)
{
    Shape outer = x.shape;
    outer[axis] = 1;
    const Shape dense = outer.denseStrides();
    const StridedLoop<2> loop(outer, {x.strides, dense});
    loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
        for (int64_t i = 0; i < length; ++i) {
            const T* row = x.as<T>() + at[0] + i * step[0];
            int64_t best = 0;
            for (int64_t k = 1; k < x.shape[axis]; ++k) {
                const T a = row[k * x.strides[axis]], b = row[best * x.strides[axis]];
                if ((isMax ? a > b : a < b) || (isLast && a == b))
                    best = k;
            }
            use(at[1] + i * step[1], best);
        }
    });
}

template<bool isMax> void argKernel(const KernelCall& call)
{
    const TensorView& x = call.in[0];
    const int axis = *normalizedAxis(call.attributes.integer("axis", 0), x.shape.rank());
    const bool isLast = call.attributes.integer("select_last_index", 0) != 0;
    withNumericType(x.dtype, [&]<class T>() {
        forEachExtreme<T>(x, axis, isMax, isLast, [&](int64_t row, int64_t index) {
            call.out[0].as<int64_t>()[row] = index;
        });
    });
}

void hardmaxKernel(const KernelCall& call)
{
    const TensorView &x = call.in[0], &y = call.out[0];
    const int axis = *normalizedAxis(call.attributes.integer("axis", -1), x.shape.rank());
    int64_t inner = 1;
    for (int i = axis + 1; i < x.shape.rank(); ++i)
        inner *= x.shape[i];
    withNumericType(x.dtype, [&]<class T>() {
        std::fill_n(y.as<T>(), y.shape.count(), T{});
        forEachExtreme<T>(x, axis, true, false, [&](int64_t row, int64_t index) {
            y.as<T>()[(row / inner * x.shape[axis] + index) * inner + row % inner] = T(1);
        });
    });
}

Types hardmaxShape(const OpCall& call)
{
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", -1), call.shape(0).rank());
    if (!axis)
        return axis.takeError();
    return sameTypeAsFirst(call);
}

}

void registerExtremumReductions(OpRegistry& ops)
{
    ops.add(reductionOp("ReduceMax", 20, "Largest element over axes.",
                        "dy shared evenly by the elements that equal y", numbers | booleans,
                        kernelForAll<foldKernel<Largest>>(), extremumGradient));
    ops.add(reductionOp("ReduceMin", 20, "Smallest element over axes.",
                        "dy shared evenly by the elements that equal y", numbers | booleans,
                        kernelForAll<foldKernel<Smallest>>(), extremumGradient));
    ops.add(reductionOp("ReduceProd", 20, "Product over axes.",
                        "dy times the product of all others", numbers | booleans,
                        kernelForAll<foldKernel<Product>>(), productGradient));
    for (const bool isMax : {true, false})
        ops.add({
            .name = isMax ? "ArgMax" : "ArgMin",
            .sinceOpset = 13,
            .doc = std::string("The index of the ") + (isMax ? "largest" : "smallest") +
                   " element along `axis`; of equal ones the first, or the last with "
                   "select_last_index.\n    Gradient  none: an index carries none"
                   "\n    Source    ONNX operator " +
                   (isMax ? "ArgMax" : "ArgMin") + ", opset 13",
            .inputs = {{"data", numbers}},
            .outputs = {{"reduced", {DType::Int64}}},
            .shape = argShape,
            .kernel = isMax ? kernelForAll<argKernel<true>>() : kernelForAll<argKernel<false>>(),
            .gradient = GradientRule::notDifferentiable("its result is an index"),
        });
    ops.add({
        .name = "Hardmax",
        .sinceOpset = 13,
        .doc = R"(1 at the first largest element along `axis`, 0 elsewhere.
            Shapes    input: any S; output: S
            Gradient  zero almost everywhere: flat until another element becomes the largest
            Source    ONNX operator Hardmax, opset 13)",
        .inputs = {{"input", floating}},
        .outputs = {{"output", floating}},
        .shape = hardmaxShape,
        .kernel = kernelForAll<hardmaxKernel>(),
        .gradient = GradientRule::zeroAlmostEverywhere(
            "hardmax is flat until another element becomes the largest"),
    });
}

}
