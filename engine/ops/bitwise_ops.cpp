// engine/ops/bitwise_ops.cpp - integers as bits, remainders, sums of many operands, and what asks a
// float for its kind: BitShift, Bitwise*, Mod, Sum, Mean, IsNaN, IsInf.

#include "engine/ops/element_kernels.h"
#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"

#include <cmath>

namespace backstep {

namespace {

using In = std::span<const Value>;

#define BACKSTEP_BITS(Name, expression)                                                            \
    struct Name {                                                                                  \
        template<class T> T operator()(T x, T y) const { return static_cast<T>(expression); }      \
    };
BACKSTEP_BITS(BitAndElements, x& y)
BACKSTEP_BITS(BitOrElements, x | y)
BACKSTEP_BITS(BitXorElements, x ^ y)
#undef BACKSTEP_BITS

/// Shifts by the width or more, or by a negative number, leave no bit (but the sign of a number
/// that goes right); in C++ they would be undefined.
struct ShiftLeftElements {
    template<class T> T operator()(T x, T y) const
    {
        const auto by = static_cast<uint64_t>(y);
        return by >= sizeof(T) * 8 ? T{} : static_cast<T>(static_cast<uint64_t>(x) << by);
    }
};
struct ShiftRightElements {
    template<class T> T operator()(T x, T y) const
    {
        const auto by = static_cast<uint64_t>(y);
        if (by >= sizeof(T) * 8)
            return x < T{} ? static_cast<T>(-1) : T{};
        return static_cast<T>(x >> by);
    }
};

struct BitNotElements {
    template<class T> T operator()(T x) const { return static_cast<T>(~x); }
};

template<class T> struct ShiftOf {
    static void kernel(const KernelCall& call)
    {
        if (call.attributes.text("direction", "") == "LEFT")
            zipElements<ShiftLeftElements, T>(call);
        else
            zipElements<ShiftRightElements, T>(call);
    }
};

Types shiftShape(const OpCall& call)
{
    const std::string direction = call.attributes.text("direction", "");
    if (direction != "LEFT" && direction != "RIGHT")
        return Error{"attribute",
                     "attribute 'direction' is '" + direction + "', wanted LEFT or RIGHT"};
    return broadcastOfAll(call);
}

/// The sign of the divisor, as Python's % has it; a division by zero gives 0 instead of a trap.
struct ModElements {
    template<class T> T operator()(T x, T y) const
    {
        if constexpr (std::is_floating_point_v<T>) {
            const T r = std::fmod(x, y);
            return r != 0 && (r < 0) != (y < 0) ? r + y : r;
        } else {
            if (y == 0 || (std::is_signed_v<T> && y == static_cast<T>(-1)))
                return 0;
            const T r = static_cast<T>(x % y);
            return r != 0 && (r < 0) != (y < 0) ? static_cast<T>(r + y) : r;
        }
    }
};
/// The sign of the dividend, as C's fmod has it.
struct FmodElements {
    template<class T> T operator()(T x, T y) const
    {
        if constexpr (std::is_floating_point_v<T>)
            return std::fmod(x, y);
        else
            return y == 0 || (std::is_signed_v<T> && y == static_cast<T>(-1))
                       ? T{}
                       : static_cast<T>(x % y);
    }
};
template<class T> struct ModOf {
    static void kernel(const KernelCall& call)
    {
        if (call.attributes.integer("fmod", 0) != 0)
            zipElements<FmodElements, T>(call);
        else
            zipElements<ModElements, T>(call);
    }
};

// C = A - k B with k constant between the jumps.
void modGradient(GradientScope& g)
{
    const Value dy = g.cotangent(size_t{0}), a = g.input(size_t{0}), b = g.input(size_t{1});
    g.contribute(size_t{0}, dy);
    if (g.wants(size_t{1}))
        g.contribute(size_t{1}, -(dy * g.builder().add("Round", {(a - g.output(size_t{0})) / b})));
}

Expansion expandSum(GraphBuilder&, const Node&, In in)
{
    Value sum = in[0];
    for (size_t i = 1; i < in.size(); ++i)
        sum = sum + in[i];
    return std::vector<Value>{sum};
}

Expansion expandMean(GraphBuilder& b, const Node& node, In in)
{
    Expansion sum = expandSum(b, node, in);
    return std::vector<Value>{sum->front() / static_cast<double>(in.size())};
}

struct IsNaNElements {
    template<class T> bool operator()(T x) const { return x != x; }
};
template<class T> struct IsInfOf {
    static void kernel(const KernelCall& call)
    {
        const bool up = call.attributes.integer("detect_positive", 1) != 0;
        const bool down = call.attributes.integer("detect_negative", 1) != 0;
        const TensorView &x = call.in[0], &y = call.out[0];
        const StridedLoop<2> loop(y.shape, {x.strides, y.strides});
        loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
            for (int64_t i = 0; i < length; ++i) {
                const T v = x.as<T>()[at[0] + i * step[0]];
                y.as<bool>()[at[1] + i * step[1]] = std::isinf(v) && (v > 0 ? up : down);
            }
        });
    }
};

Types boolLikeFirst(const OpCall& call)
{
    return Types(std::vector<TensorType>{{DType::Bool, call.shape(0)}});
}

void addBits(OpRegistry& ops, std::string name, const std::string& what, ShapeRule shape,
             KernelTable kernel, size_t operands, DTypeSet accepts)
{
    std::vector<Port> ports{{"A", accepts, Port::Arity::One, "T"}};
    if (operands == 2)
        ports.push_back({"B", accepts, Port::Arity::One, "T"});
    ops.add({
        .name = name,
        .sinceOpset = 18,
        .doc =
            what + "\n    Gradient  none: integers carry none\n    Source    ONNX operator " + name,
        .inputs = std::move(ports),
        .outputs = {{"C", accepts}},
        .shape = shape,
        .kernel = std::move(kernel),
        .overTime = OverTime::Elementwise,
        .gradient = GradientRule::notDifferentiable("it works on the bits of integers"),
    });
}

void addKindTest(OpRegistry& ops, std::string name, const std::string& what, KernelTable kernel)
{
    ops.add({
        .name = name,
        .sinceOpset = 20,
        .doc = what + "\n    Gradient  none: a boolean carries none\n    Source    ONNX operator " +
               name + ", opset 20",
        .inputs = {{"X", floating}},
        .outputs = {{"Y", booleans}},
        .shape = boolLikeFirst,
        .kernel = std::move(kernel),
        .overTime = OverTime::Elementwise,
        .gradient = GradientRule::notDifferentiable("its result is a boolean"),
    });
}

void addMany(OpRegistry& ops, std::string name, const std::string& what, ExpandRule expand)
{
    OpDef def =
        functionOp(std::move(name), 13, what, {{"data_0", floating, Port::Arity::Many, "T"}},
                   {{"y", floating}}, broadcastOfAll, expand);
    def.overTime = OverTime::Elementwise;
    ops.add(std::move(def));
}

}

void registerBitwiseOps(OpRegistry& ops)
{
    addBits(ops, "BitwiseAnd", "Bits set in both operands.", broadcastOfAll,
            elementPairKernel<BitAndElements, integers>(), 2, integers);
    addBits(ops, "BitwiseOr", "Bits set in one of the operands.", broadcastOfAll,
            elementPairKernel<BitOrElements, integers>(), 2, integers);
    addBits(ops, "BitwiseXor", "Bits set in exactly one operand.", broadcastOfAll,
            elementPairKernel<BitXorElements, integers>(), 2, integers);
    addBits(ops, "BitwiseNot", "Every bit inverted.", sameTypeAsFirst,
            elementKernel<BitNotElements, integers>(), 1, integers);
    addBits(ops, "BitShift", "Bits moved to the left or right (attribute direction).", shiftShape,
            kernelTable<integers, ShiftOf>(), 2, integers);
    ops.add({
        .name = "Mod",
        .sinceOpset = 13,
        .doc = R"(The remainder of A / B: with the sign of B, or of A with attribute fmod.
            Shapes    A, B broadcast; C: the common shape
            Gradient  dA = dC; dB = -dC * floor(A / B) (trunc with fmod): between the jumps
            Source    ONNX operator Mod, opset 13)",
        .inputs = {{"A", numbers, Port::Arity::One, "T"}, {"B", numbers, Port::Arity::One, "T"}},
        .outputs = {{"C", numbers}},
        .shape = broadcastOfAll,
        .kernel = kernelTable<numbers, ModOf>(),
        .overTime = OverTime::Elementwise,
        .gradient = modGradient,
    });
    addMany(ops, "Sum", "Sum of all operands, which broadcast.", expandSum);
    addMany(ops, "Mean", "Mean of all operands, which broadcast.", expandMean);
    KernelTable isNaN;
    isNaN.byDType[static_cast<size_t>(DType::Float32)] = mapElements<IsNaNElements, float, bool>;
    isNaN.byDType[static_cast<size_t>(DType::Float64)] = mapElements<IsNaNElements, double, bool>;
    isNaN.byDType[static_cast<size_t>(DType::Float16)] =
        isNaN.byDType[static_cast<size_t>(DType::BFloat16)] =
            throughFloat32<mapElements<IsNaNElements, float, bool>>;
    addKindTest(ops, "IsNaN", "True where the operand is NaN.", std::move(isNaN));
    addKindTest(ops, "IsInf", "True where the operand is infinite, of a sign that is asked for.",
                kernelTable<floating, IsInfOf>());
}

}
