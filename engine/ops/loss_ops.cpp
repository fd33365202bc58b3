// engine/ops/loss_ops.cpp - loss terms as one box each: `MSE` and `CrossEntropy` of our domain.
// Each gives a scalar that adds up over parts of its operands, so that a loss can be taken per
// timestep.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/kernels.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

#include <fmt/format.h>

namespace backstep {

namespace {

Types mseShape(const OpCall& call)
{
    if (!(call.shape(0) == call.shape(1)))
        return Error{"shape", fmt::format("the output is {} and the target {}; they must agree",
                                          call.shape(0).text(), call.shape(1).text())};
    return std::vector<TensorType>{{commonDType(call), {}}};
}

template<class T> struct MseOf {
    static void kernel(const KernelCall& call)
    {
        const TensorView &y = call.in[0], &target = call.in[1];
        const StridedLoop<2> loop(y.shape, {y.strides, target.strides});
        double sum = 0;
        loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
            for (int64_t i = 0; i < length; ++i) {
                const double d = static_cast<double>(y.as<T>()[at[0] + i * step[0]]) -
                                 static_cast<double>(target.as<T>()[at[1] + i * step[1]]);
                sum += d * d;
            }
        });
        *call.out[0].as<T>() = static_cast<T>(sum * call.attributes.real("scale", 1));
    }
};

void mseGradient(GradientScope& g)
{
    const Value difference = g.input("y") - g.input("target");
    const Value dy = g.cotangent("loss") * (2 * g.attributes().real("scale", 1)) * difference;
    g.contribute("y", dy);
    if (g.wants("target"))
        g.contribute("target", -dy);
}

std::vector<Value> mseBody(GraphBuilder& b, const Node& node, std::span<const Value> in)
{
    const Value difference = in[0] - in[1];
    const Value sum = b.add("ReduceSum", {difference * difference}, {{"keepdims", int64_t{0}}});
    return {sum * node.attributes.real("scale", 1)};
}

/// Targets are probabilities (one-hot) of the logits' shape, or class indices without the last
/// axis.
bool hasIndexTarget(const TensorType& target)
{
    return integers.has(target.dtype);
}

Types crossEntropyShape(const OpCall& call)
{
    Shape wanted = call.shape(0);
    if (wanted.rank() == 0 || wanted.back() == 0)
        return Error{"shape", "the logits need an axis of classes, with a class at least"};
    if (hasIndexTarget(call.inputs[1]))
        wanted.erase(wanted.rank() - 1);
    if (!(call.shape(1) == wanted))
        return Error{"shape",
                     fmt::format("the logits are {} and the target {}; wanted: {} (indices) or {} "
                                 "(one-hot)",
                                 call.shape(0).text(), call.inputs[1].text(), wanted.text(),
                                 call.shape(0).text())};
    return std::vector<TensorType>{{call.inputs[0].dtype, {}}};
}

template<class T> struct CrossEntropyOf {
    static void kernel(const KernelCall& call)
    {
        const TensorView &logits = call.in[0], &target = call.in[1];
        Shape outer = logits.shape;
        const int last = outer.rank() - 1;
        const int64_t classes = outer[last];
        outer[last] = 1;
        const bool isIndex = hasIndexTarget({target.dtype, {}});
        Shape targetStrides = target.strides;
        if (isIndex)
            targetStrides.append(0);
        const int64_t classStride = isIndex ? 0 : target.strides[last];
        const StridedLoop<2> loop(outer, {logits.strides, targetStrides});
        double sum = 0;
        loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
            for (int64_t i = 0; i < length; ++i) {
                const StridedIn<T> row(logits.as<T>() + at[0] + i * step[0], classes,
                                       Eigen::InnerStride<>(logits.strides[last]));
                const int64_t offset = at[1] + i * step[1];
                const double logNorm = logSumExp(row);
                if (isIndex) {
                    const int64_t chosen =
                        std::clamp<int64_t>(indexAt(target, offset), 0, classes - 1);
                    sum += logNorm - static_cast<double>(row[chosen]);
                    continue;
                }
                for (int64_t k = 0; k < classes; ++k)
                    sum += static_cast<double>(target.as<T>()[offset + k * classStride]) *
                           (logNorm - static_cast<double>(row[k]));
            }
        });
        *call.out[0].as<T>() = static_cast<T>(sum * call.attributes.real("scale", 1));
    }
    template<class Row> static double logSumExp(const Row& row)
    {
        const auto wide = row.template cast<double>();
        const double largest = wide.maxCoeff();
        return largest + std::log((wide - largest).exp().sum());
    }
    static int64_t indexAt(const TensorView& target, int64_t offset)
    {
        int64_t index = 0;
        withNumericType(target.dtype,
                        [&]<class I>() { index = static_cast<int64_t>(target.as<I>()[offset]); });
        return index;
    }
};

Types crossEntropyGradShape(const OpCall& call)
{
    return std::vector<TensorType>{call.inputs[1]};
}

/// dlogits = dloss * scale * (softmax(logits) * sum(target) - target)
template<class T> struct CrossEntropyGradOf {
    static void kernel(const KernelCall& call)
    {
        const TensorView &logits = call.in[1], &target = call.in[2], &dx = call.out[0];
        const double factor =
            static_cast<double>(*call.in[0].as<T>()) * call.attributes.real("scale", 1);
        Shape outer = logits.shape;
        const int last = outer.rank() - 1;
        const int64_t classes = outer[last];
        outer[last] = 1;
        const bool isIndex = hasIndexTarget({target.dtype, {}});
        Shape targetStrides = target.strides;
        if (isIndex)
            targetStrides.append(0);
        const StridedLoop<3> loop(outer, {logits.strides, targetStrides, dx.strides});
        loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
            for (int64_t i = 0; i < length; ++i) {
                const StridedIn<T> row(logits.as<T>() + at[0] + i * step[0], classes,
                                       Eigen::InnerStride<>(logits.strides[last]));
                const double logNorm = CrossEntropyOf<T>::logSumExp(row);
                const int64_t offset = at[1] + i * step[1];
                const auto share = [&](int64_t k) {
                    if (isIndex)
                        return CrossEntropyOf<T>::indexAt(target, offset) == k ? 1.0 : 0.0;
                    return static_cast<double>(target.as<T>()[offset + k * target.strides[last]]);
                };
                double weight = 0;
                for (int64_t k = 0; k < classes; ++k)
                    weight += share(k);
                for (int64_t k = 0; k < classes; ++k)
                    dx.as<T>()[at[2] + i * step[2] + k * dx.strides[last]] = static_cast<T>(
                        factor *
                        (std::exp(static_cast<double>(row[k]) - logNorm) * weight - share(k)));
            }
        });
    }
};

/// The target as shares of the logits' shape.
Value sharesOf(GraphBuilder& b, const Value& logits, const Value& target)
{
    if (!hasIndexTarget(target.type()))
        return target;
    const int64_t last = logits.shape().rank() - 1;
    const Value chosen = unsqueezed(castTo(target, DType::Int64), {last});
    return castTo(b.add("Equal", {chosen, countUp(b, logits.shape().back())}), logits.dtype());
}

Value overClasses(const Value& value)
{
    return reduced("ReduceSum", value, {value.shape().rank() - 1});
}

Value overAll(const Value& value)
{
    return reduced("ReduceSum", value, axesFrom(0, value.shape().rank()), false);
}

std::vector<Value> crossEntropyBody(GraphBuilder& b, const Node& node, std::span<const Value> in)
{
    const Value logs = b.add("LogSoftmax", {in[0]}, {{"axis", int64_t{-1}}});
    return {overAll(sharesOf(b, in[0], in[1]) * logs) * -node.attributes.real("scale", 1)};
}

std::vector<Value> crossEntropyGradBody(GraphBuilder& b, const Node& node,
                                        std::span<const Value> in)
{
    const Value shares = sharesOf(b, in[1], in[2]);
    const Value p = b.add("Softmax", {in[1]}, {{"axis", int64_t{-1}}});
    return {in[0] * node.attributes.real("scale", 1) * (p * overClasses(shares) - shares)};
}

// c is the cotangent of dlogits, p the softmax, s the shares of the target.
void crossEntropyGradGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value c = g.cotangent("dlogits"), logits = g.input("logits");
    const Value s = sharesOf(b, logits, g.input("target")), sum = overClasses(s);
    const Value p = b.add("Softmax", {logits}, {{"axis", int64_t{-1}}});
    const Value mean = overClasses(c * p);
    const double scale = g.attributes().real("scale", 1);
    const Value factor = g.input("dloss") * scale;
    if (g.wants("dloss"))
        g.contribute("dloss", overAll(c * (p * sum - s)) * scale);
    g.contribute("logits", factor * sum * p * (c - mean));
    if (g.wants("target"))
        g.contribute("target", factor * (mean - c));
}

void crossEntropyGradient(GradientScope& g)
{
    if (g.wants("target")) {
        const Value logs =
            g.builder().add("LogSoftmax", {g.input("logits")}, {{"axis", int64_t{-1}}});
        g.contribute("target", g.cotangent("loss") * -g.attributes().real("scale", 1) * logs);
    }
    g.contribute("logits",
                 g.builder().helper("CrossEntropyGrad",
                                    {g.cotangent("loss"), g.input("logits"), g.input("target")},
                                    {{"scale", g.attributes().real("scale", 1)}}));
}

}

void registerLossOps(OpRegistry& ops)
{
    const std::string domain(kHelperDomain);
    ops.add({
        .name = "MSE",
        .domain = domain,
        .doc = R"(scale * sum((y - target)^2); scale is 1 / number of elements of the whole output.
            Shapes    y: any S; target: S; loss: scalar
            Gradient  dy = 2 * scale * (y - target) * dloss)",
        .inputs = {{"y", floating, Port::Arity::One, "T"},
                   {"target", floating, Port::Arity::One, "T"}},
        .outputs = {{"loss", floating}},
        .shape = mseShape,
        .kernel = kernelTable<floating, MseOf>(),
        .overTime = OverTime::Adds,
        .body = mseBody,
        .gradient = mseGradient,
    });
    ops.add({
        .name = "CrossEntropy",
        .domain = domain,
        .doc =
            R"(scale * sum over rows of -log softmax(logits)[class], the classes on the last axis.
            Shapes    logits: [.., k]; target: [..] class indices, or [.., k] one-hot; loss: scalar
            Gradient  dlogits = scale * (softmax(logits) - target) * dloss)",
        .inputs = {{"logits", floating}, {"target", floating | integers}},
        .outputs = {{"loss", floating}},
        .shape = crossEntropyShape,
        .kernel = kernelTable<floating, CrossEntropyOf>(),
        .overTime = OverTime::Adds,
        .body = crossEntropyBody,
        .gradient = crossEntropyGradient,
    });
    ops.add({
        .name = "CrossEntropyGrad",
        .domain = domain,
        .doc = "The gradient of CrossEntropy: dloss * scale * (softmax(logits) - target).",
        .inputs = {{"dloss", floating}, {"logits", floating}, {"target", floating | integers}},
        .outputs = {{"dlogits", floating}},
        .shape = crossEntropyGradShape,
        .kernel = kernelTable<floating, CrossEntropyGradOf>(),
        .body = crossEntropyGradBody,
        .gradient = crossEntropyGradGradient,
    });
}

}
