// engine/ops/selection_ops.cpp - which operand it is: Max, Min, Where.

#include "engine/ops/element_kernels.h"
#include "engine/ops/families.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

namespace backstep {

namespace {

/// NaN in either operand gives NaN, as in NumPy's maximum and minimum.
struct MaxElements {
    template<class T> T operator()(T x, T y) const { return x != x || x > y ? x : y; }
};
struct MinElements {
    template<class T> T operator()(T x, T y) const { return x != x || x < y ? x : y; }
};

/// Folds a two-operand kernel over any number of operands.
template<class F> struct FoldOf {
    template<class T> struct Make {
        static void kernel(const KernelCall& call)
        {
            const TensorView& y = call.out[0];
            TensorView first = call.in[0];
            first.strides = stridesBroadcastTo(first, y.shape);
            first.shape = y.shape;
            copyElements(first, y);
            for (size_t i = 1; i < call.in.size(); ++i) {
                const std::array<TensorView, 2> pair{y, call.in[i]};
                zipElements<F, T>({call.attributes, pair, call.out});
            }
        }
    };
};

// Among equal operands the first one takes the whole cotangent.
void extremumGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value dy = g.cotangent(size_t{0}), y = g.output(size_t{0}), zero = b.scalar(0, dy);
    Value taken;
    for (size_t i = 0; i < g.inputCount(); ++i) {
        Value chosen = b.add("Equal", {g.input(i), y});
        if (taken.isPresent()) {
            const Value isFree = b.add("Not", {taken});
            taken = b.add("Or", {taken, chosen});
            chosen = b.add("And", {chosen, isFree});
        } else {
            taken = chosen;
        }
        if (g.wants(i))
            g.contribute(i, b.add("Where", {chosen, dy, zero}));
    }
}

void whereGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value dy = g.cotangent("output"), condition = g.input("condition");
    const Value zero = b.scalar(0, dy);
    if (g.wants("X"))
        g.contribute("X", b.add("Where", {condition, dy, zero}));
    if (g.wants("Y"))
        g.contribute("Y", b.add("Where", {condition, zero, dy}));
}

template<class T> struct WhereOf {
    static void kernel(const KernelCall& call)
    {
        const TensorView& y = call.out[0];
        const auto& in = call.in;
        const StridedLoop<4> loop(y.shape, {stridesBroadcastTo(in[0], y.shape),
                                            stridesBroadcastTo(in[1], y.shape),
                                            stridesBroadcastTo(in[2], y.shape), y.strides});
        loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
            const bool* c = in[0].as<bool>() + at[0];
            const T* a = in[1].as<T>() + at[1];
            const T* b = in[2].as<T>() + at[2];
            T* out = y.as<T>() + at[3];
            for (int64_t i = 0; i < length; ++i)
                out[i * step[3]] = c[i * step[0]] ? a[i * step[1]] : b[i * step[2]];
        });
    }
};

/// Where is planned by its condition, so the value's size is looked at here; what it means is not.
void whereKernel(const KernelCall& call)
{
    const DType dtype = call.out[0].dtype;
    if (dtype == DType::String)
        return WhereOf<std::string>::kernel(call);
    switch (elementSize(dtype)) {
    case 1:
        return WhereOf<uint8_t>::kernel(call);
    case 2:
        return WhereOf<uint16_t>::kernel(call);
    case 4:
        return WhereOf<uint32_t>::kernel(call);
    default:
        return WhereOf<uint64_t>::kernel(call);
    }
}

Result<std::vector<TensorType>> whereShape(const OpCall& call)
{
    Result<std::vector<TensorType>> types = broadcastOfAll(call);
    if (types)
        types->front().dtype =
            call.inputs[1].dtype == DType::Undefined ? call.inputs[2].dtype : call.inputs[1].dtype;
    return types;
}

OpDef extremumOp(std::string name, const std::string& which, KernelTable kernel)
{
    return {
        .name = name,
        .sinceOpset = 13,
        .doc = which + R"( of the operands, element by element.
            Shapes    all broadcast; y: the common shape
            Dtypes    numbers, all the same
            Gradient  dy goes to the first operand that equals y
            Source    ONNX operator )" +
               name + ", opset 13",
        .inputs = {{"data_0", numbers, Port::Arity::Many, "T"}},
        .outputs = {{"y", numbers}},
        .shape = broadcastOfAll,
        .kernel = std::move(kernel),
        .overTime = OverTime::Elementwise,
        .gradient = extremumGradient,
    };
}

OpDef whereOp()
{
    return {
        .name = "Where",
        .sinceOpset = 16,
        .doc = R"(X where the condition holds, else Y.
            Shapes    condition, X, Y broadcast; output: the common shape
            Dtypes    condition bool; X and Y of one dtype
            Gradient  dX = where(condition, dy, 0); dY = where(condition, 0, dy): a branch not
                      taken never sees dy, so its NaN does not leak
            Source    ONNX operator Where, opset 16)",
        .inputs = {{"condition", booleans},
                   {"X", anyDType, Port::Arity::One, "T"},
                   {"Y", anyDType, Port::Arity::One, "T"}},
        .outputs = {{"output", anyDType}},
        .shape = whereShape,
        .kernel = {.forAll = whereKernel},
        .overTime = OverTime::Elementwise,
        .gradient = whereGradient,
    };
}

}

void registerSelectionOps(OpRegistry& ops)
{
    ops.add(extremumOp("Max", "Largest", kernelTable<numbers, FoldOf<MaxElements>::Make>()));
    ops.add(extremumOp("Min", "Smallest", kernelTable<numbers, FoldOf<MinElements>::Make>()));
    ops.add(whereOp());
}

}
