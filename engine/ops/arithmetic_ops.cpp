// engine/ops/arithmetic_ops.cpp - sums, products and powers of two operands.

#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/kernels.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"
#include "engine/tensor/minifloat.h"

namespace backstep {

namespace {

// Of floats in vectors, of integers one by one; those wrap around, as unsigned ones do.
struct AddElements {
    template<class A, class B> auto operator()(const A& a, const B& b) const { return a + b; }
    static uint64_t ofIntegers(uint64_t x, uint64_t y) { return x + y; }
};
struct SubElements {
    template<class A, class B> auto operator()(const A& a, const B& b) const { return a - b; }
    static uint64_t ofIntegers(uint64_t x, uint64_t y) { return x - y; }
};
struct MulElements {
    template<class A, class B> auto operator()(const A& a, const B& b) const { return a * b; }
    static uint64_t ofIntegers(uint64_t x, uint64_t y) { return x * y; }
};
struct DivElements {
    template<class A, class B> auto operator()(const A& a, const B& b) const { return a / b; }
};

template<class F> struct Wrapping {
    template<class T> T operator()(T x, T y) const
    {
        return static_cast<T>(F::ofIntegers(static_cast<uint64_t>(x), static_cast<uint64_t>(y)));
    }
};
/// Integers divide towards zero; a division by zero gives 0 instead of a trap.
template<> struct Wrapping<DivElements> {
    template<class T> T operator()(T x, T y) const
    {
        if (y == 0)
            return 0;
        if constexpr (std::is_signed_v<T>)
            if (y == -1)
                return static_cast<T>(0 - static_cast<uint64_t>(x));
        return static_cast<T>(x / y);
    }
};

template<class F> struct ArithmeticOf {
    template<class T> struct Make {
        static void kernel(const KernelCall& call)
        {
            if constexpr (std::is_floating_point_v<T>)
                zipRows<F, T>(call);
            else
                zipElements<Wrapping<F>, T>(call);
        }
    };
};

template<class F> KernelTable arithmeticKernel()
{
    return kernelTable<numbers, ArithmeticOf<F>::template Make>();
}

template<class T> double numberAt(const std::byte* data, int64_t index)
{
    return static_cast<double>(reinterpret_cast<const T*>(data)[index]);
}

template<DType dtype> double smallNumberAt(const std::byte* data, int64_t index)
{
    return decodedFloat(dtype, reinterpret_cast<const uint16_t*>(data)[index]);
}

using NumberAt = double (*)(const std::byte*, int64_t);
NumberAt numberReader(DType dtype)
{
    if (dtype == DType::Float16)
        return smallNumberAt<DType::Float16>;
    if (dtype == DType::BFloat16)
        return smallNumberAt<DType::BFloat16>;
    NumberAt reader = nullptr;
    withNumericType(dtype, [&]<class T>() { reader = numberAt<T>; });
    return reader;
}

/// The exponent may be of another dtype.
void powKernel(const KernelCall& call)
{
    const TensorView &x = call.in[0], &p = call.in[1], &y = call.out[0];
    const NumberAt exponent = numberReader(p.dtype);
    withNumericType(x.dtype, [&]<class T>() {
        const StridedLoop<3> loop(
            y.shape, {stridesBroadcastTo(x, y.shape), stridesBroadcastTo(p, y.shape), y.strides});
        loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
            for (int64_t i = 0; i < length; ++i)
                y.as<T>()[at[2] + i * step[2]] =
                    static_cast<T>(std::pow(static_cast<double>(x.as<T>()[at[0] + i * step[0]]),
                                            exponent(p.data, at[1] + i * step[1])));
        });
    });
}

Result<std::vector<TensorType>> powShape(const OpCall& call)
{
    Result<std::vector<TensorType>> types = broadcastOfAll(call);
    if (types)
        types->front().dtype = call.inputs[0].dtype;
    return types;
}
void addGradient(GradientScope& g)
{
    const Value dy = g.cotangent(size_t{0});
    g.contribute(size_t{0}, dy);
    g.contribute(size_t{1}, dy);
}

void subGradient(GradientScope& g)
{
    const Value dy = g.cotangent(size_t{0});
    g.contribute(size_t{0}, dy);
    if (g.wants(size_t{1}))
        g.contribute(size_t{1}, -dy);
}

void mulGradient(GradientScope& g)
{
    const Value dy = g.cotangent(size_t{0});
    if (g.wants(size_t{0}))
        g.contribute(size_t{0}, dy * g.input(size_t{1}));
    if (g.wants(size_t{1}))
        g.contribute(size_t{1}, dy * g.input(size_t{0}));
}

void divGradient(GradientScope& g)
{
    const Value dy = g.cotangent(size_t{0}), b = g.input(size_t{1});
    if (g.wants(size_t{0}))
        g.contribute(size_t{0}, dy / b);
    if (g.wants(size_t{1}))
        g.contribute(size_t{1}, -(dy * g.output(size_t{0}) / b));
}

// d/dx x^p = p x^(p-1); d/dp x^p = x^p log x, taken as 0 where x <= 0 (as TensorFlow does).
void powGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value dy = g.cotangent(size_t{0}), x = g.input(size_t{0}), p = g.input(size_t{1});
    if (g.wants(size_t{0})) {
        const Value power = p.dtype() == x.dtype()
                                ? p
                                : b.add("Cast", {p}, {{"to", static_cast<int64_t>(x.dtype())}});
        // 0 * 0^-1 is NaN: a power of 0 is flat, whatever x is.
        const Value isFlat = b.add("Equal", {power, b.scalar(0, power)});
        const Value lower = b.add("Where", {isFlat, b.scalar(1, power), power - 1.0});
        g.contribute(size_t{0}, dy * power * b.add("Pow", {x, lower}));
    }
    if (g.wants(size_t{1})) {
        const Value isPositive = b.add("Greater", {x, b.scalar(0, x)});
        const Value safe = b.add("Where", {isPositive, x, b.scalar(1, x)});
        const Value slope = dy * g.output(size_t{0}) * b.add("Log", {safe});
        g.contribute(size_t{1},
                     p.dtype() == slope.dtype()
                         ? slope
                         : b.add("Cast", {slope}, {{"to", static_cast<int64_t>(p.dtype())}}));
    }
}

OpDef binaryOp(std::string name, std::string doc, KernelTable kernel, GradientRule gradient,
               DTypeSet accepts = numbers)
{
    return {
        .name = std::move(name),
        .sinceOpset = 14,
        .doc = std::move(doc),
        .inputs = {{"A", accepts, Port::Arity::One, "T"}, {"B", accepts, Port::Arity::One, "T"}},
        .outputs = {{"C", accepts}},
        .shape = broadcastOfAll,
        .kernel = std::move(kernel),
        .overTime = OverTime::Elementwise,
        .gradient = std::move(gradient),
    };
}

OpDef powOp()
{
    OpDef def = binaryOp("Pow", R"(A raised to the power B, element by element.
        Shapes    A, B broadcast; C: the common shape
        Dtypes    numbers; C has the dtype of A
        Gradient  dA = dC * B * A^(B-1), 0 where B is 0; dB = dC * C * log(A), 0 where A <= 0
        Source    ONNX operator Pow, opset 15)",
                         kernelForAll<powKernel>(), powGradient);
    def.sinceOpset = 15;
    def.shape = powShape;
    def.inputs[0].sameAs = def.inputs[1].sameAs = "";
    return def;
}

}

void registerArithmeticOps(OpRegistry& ops)
{
    ops.add(binaryOp("Add", R"(Sum of two operands.
        Shapes    A, B broadcast; C: the common shape
        Dtypes    numbers, both the same
        Gradient  dA = dC; dB = dC
        Source    ONNX operator Add, opset 14)",
                     arithmeticKernel<AddElements>(), addGradient));
    ops.add(binaryOp("Sub", R"(Difference of two operands.
        Shapes    A, B broadcast; C: the common shape
        Dtypes    numbers, both the same
        Gradient  dA = dC; dB = -dC
        Source    ONNX operator Sub, opset 14)",
                     arithmeticKernel<SubElements>(), subGradient));
    ops.add(binaryOp("Mul", R"(Product of two operands, element by element.
        Shapes    A, B broadcast; C: the common shape
        Dtypes    numbers, both the same
        Gradient  dA = dC * B; dB = dC * A; residuals: A, B
        Source    ONNX operator Mul, opset 14)",
                     arithmeticKernel<MulElements>(), mulGradient));
    ops.add(binaryOp("Div", R"(Quotient of two operands, element by element.
        Shapes    A, B broadcast; C: the common shape
        Dtypes    numbers, both the same; integers divide towards zero
        Gradient  dA = dC / B; dB = -dC * C / B; residuals: B, C
        Source    ONNX operator Div, opset 14)",
                     arithmeticKernel<DivElements>(), divGradient));
    ops.add(powOp());
}

}
