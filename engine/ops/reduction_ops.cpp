// engine/ops/reduction_ops.cpp - sums and means over axes, Softmax and LogSoftmax.

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/kernels.h"
#include "engine/ops/reduction.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

namespace backstep {

namespace {

/// Adds x to `target`, a view of the same shape with stride 0 along the axes that are summed.
template<class T> void addUp(const TensorView& x, const TensorView& target)
{
    const StridedLoop<2> loop(x.shape, {x.strides, target.strides});
    loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
        const T* source = x.as<T>() + at[0];
        T* sum = target.as<T>() + at[1];
        if (step[1] == 0)
            *sum += StridedIn<T>(source, length, Eigen::InnerStride<>(step[0])).sum();
        else
            StridedOut<T>(sum, length, Eigen::InnerStride<>(step[1])) +=
                StridedIn<T>(source, length, Eigen::InnerStride<>(step[0]));
    });
}

template<class T> void addInto(const KernelCall& call)
{
    const TensorView &x = call.in[0], &y = call.out[0];
    std::memset(y.data, 0, static_cast<size_t>(y.shape.count()) * sizeof(T));
    addUp<T>(x, spreadOverReduced(call));
}

/// x has time before the axes that the attributes count.
void sumOverTime(const KernelCall& call)
{
    const TensorView& x = call.in[0];
    std::vector<TensorView> oneStep(call.in.begin(), call.in.end());
    oneStep[0].shape.erase(0);
    oneStep[0].strides.erase(0);
    TensorView target = spreadOverReduced({call.attributes, oneStep, call.out});
    target.shape.insert(0, x.shape[0]);
    target.strides.insert(0, 0);
    withNumericType(x.dtype, [&]<class T>() {
        if constexpr (!std::is_same_v<T, bool>)
            addUp<T>(x, target);
    });
}

template<class T> struct SumOf {
    static void kernel(const KernelCall& call) { addInto<T>(call); }
};
template<class T> struct MeanOf {
    static void kernel(const KernelCall& call)
    {
        addInto<T>(call);
        const TensorView& y = call.out[0];
        const int64_t parts = y.shape.count() == 0 ? 1 : call.in[0].shape.count() / y.shape.count();
        for (int64_t i = 0; i < y.shape.count(); ++i)
            y.as<T>()[i] /= static_cast<T>(parts);
    }
};

/// dy with the reduced axes back as size 1, broadcast to the input's shape.
Value broadcastBack(const GradientScope& g)
{
    GraphBuilder& builder = g.builder();
    const Shape shape = g.input(size_t{0}).shape();
    const Shape kept = keptShape(shape, reducedAxesOf(g));
    return builder.add("Expand", {reshape(g.cotangent(size_t{0}), kept),
                                  builder.ints({shape.begin(), shape.end()})});
}

void sumGradient(GradientScope& g)
{
    g.contribute(size_t{0}, broadcastBack(g));
}

void meanGradient(GradientScope& g)
{
    const int64_t whole = g.input(size_t{0}).shape().count();
    const int64_t parts = g.output(size_t{0}).shape().count();
    const Value dx = broadcastBack(g);
    g.contribute(size_t{0}, dx * (static_cast<double>(parts) / static_cast<double>(whole)));
}

// --- Softmax and LogSoftmax along one axis

template<class T, bool isLog> void softmaxRows(const KernelCall& call)
{
    const TensorView &x = call.in[0], &y = call.out[0];
    const int axis = *normalizedAxis(call.attributes.integer("axis", -1), x.shape.rank());
    Shape outer = x.shape;
    outer[axis] = 1;
    const StridedLoop<2> loop(outer, {x.strides, y.strides});
    const int64_t size = x.shape[axis];
    if (size == 0)
        return; // no row has an element, and none a largest one
    loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
        for (int64_t i = 0; i < length; ++i) {
            const StridedIn<T> in(x.as<T>() + at[0] + i * step[0], size,
                                  Eigen::InnerStride<>(x.strides[axis]));
            StridedOut<T> out(y.as<T>() + at[1] + i * step[1], size,
                              Eigen::InnerStride<>(y.strides[axis]));
            const T largest = in.maxCoeff();
            if constexpr (isLog) {
                out = in - largest;
                out -= std::log(out.exp().sum());
            } else {
                out = (in - largest).exp();
                out /= out.sum();
            }
        }
    });
}
template<class T> struct SoftmaxOf {
    static constexpr Kernel kernel = softmaxRows<T, false>;
};
template<class T> struct LogSoftmaxOf {
    static constexpr Kernel kernel = softmaxRows<T, true>;
};

Types softmaxShape(const OpCall& call)
{
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", -1), call.shape(0).rank());
    if (!axis)
        return axis.takeError();
    return sameTypeAsFirst(call);
}

Value sumOverAxis(const GradientScope& g, const Value& value)
{
    return g.builder().add("ReduceSum",
                           {value, g.builder().ints({g.attributes().integer("axis", -1)})},
                           {{"keepdims", int64_t{1}}});
}

void softmaxGradient(GradientScope& g)
{
    const Value y = g.output(size_t{0}), weighted = g.cotangent(size_t{0}) * y;
    g.contribute(size_t{0}, weighted - y * sumOverAxis(g, weighted));
}

void logSoftmaxGradient(GradientScope& g)
{
    const Value dy = g.cotangent(size_t{0});
    const Value p = g.builder().add("Exp", {g.output(size_t{0})});
    g.contribute(size_t{0}, dy - p * sumOverAxis(g, dy));
}

OpDef softmaxLike(std::string name, std::string gradient, KernelTable kernel, GradientRule rule)
{
    return {
        .name = name,
        .sinceOpset = 13,
        .doc = name + " along `axis`.\n    Shapes    input: any S; output: S\n    Gradient  " +
               gradient + "\n    Source    ONNX operator " + name + ", opset 13",
        .inputs = {{"input", floating}},
        .outputs = {{"output", floating}},
        .shape = softmaxShape,
        .kernel = std::move(kernel),
        .gradient = std::move(rule),
    };
}

}

void registerReductionOps(OpRegistry& ops)
{
    OpDef sum = reductionOp("ReduceSum", 18, "Sum over axes.", "dy broadcast back", numbers,
                            kernelTable<numbers, SumOf>(), sumGradient);
    sum.sumOverTime = kernelForAll<sumOverTime>();
    ops.add(std::move(sum));
    ops.add(reductionOp("ReduceMean", 18, "Mean over axes.",
                        "dy broadcast back, divided by the count", numbers,
                        kernelTable<floating, MeanOf>(), meanGradient));
    ops.add(softmaxLike("Softmax", "dx = y * (dy - sum(dy * y))",
                        kernelTable<floating, SoftmaxOf>(), softmaxGradient));
    ops.add(softmaxLike("LogSoftmax", "dx = dy - exp(y) * sum(dy)",
                        kernelTable<floating, LogSoftmaxOf>(), logSoftmaxGradient));
}

}
