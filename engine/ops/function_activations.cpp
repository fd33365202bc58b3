// engine/ops/function_activations.cpp - activations that are functions of other ops: Selu, Celu,
// HardSigmoid, HardSwish, Gelu, Mish, Swish, SwiGLU, ThresholdedRelu, Shrink, PRelu, Softsign.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"

#include <cmath>
#include <numbers>

namespace backstep {

namespace {

using In = std::span<const Value>;

Value isAbove(const Value& x, double bound)
{
    return x.isPresent() ? x.builder().add("Greater", {x, x.builder().scalar(bound, x)}) : Value();
}

/// alpha (exp(x) - 1) where x <= 0; the other branch never sees a large x, whose exp is infinite.
Value negativeExpm1(const Value& x, double alpha)
{
    GraphBuilder& b = x.builder();
    return b.add("Elu", {b.add("Min", {x, b.scalar(0, x)})}, {{"alpha", alpha}});
}

Expansion expandSelu(GraphBuilder& b, const Node& node, In in)
{
    const double gamma = node.attributes.real("gamma", 1.05070102214813232421875);
    const double alpha = node.attributes.real("alpha", 1.67326319217681884765625);
    return std::vector<Value>{b.add("Elu", {in[0]}, {{"alpha", alpha}}) * gamma};
}

Expansion expandCelu(GraphBuilder& b, const Node& node, In in)
{
    const double alpha = node.attributes.real("alpha", 1);
    return std::vector<Value>{selected(isAbove(in[0], 0), in[0],
                                       negativeExpm1(in[0] / alpha, 1) * b.scalar(alpha, in[0]))};
}

Value hardSigmoid(GraphBuilder& b, const Value& x, double alpha, double beta)
{
    return b.add("Clip", {x * alpha + beta, b.scalar(0, x), b.scalar(1, x)});
}

Expansion expandHardSigmoid(GraphBuilder& b, const Node& node, In in)
{
    return std::vector<Value>{hardSigmoid(b, in[0], node.attributes.real("alpha", 0.2),
                                          node.attributes.real("beta", 0.5))};
}

Expansion expandHardSwish(GraphBuilder& b, const Node&, In in)
{
    return std::vector<Value>{in[0] * hardSigmoid(b, in[0], 1.0 / 6, 0.5)};
}

Expansion expandGelu(GraphBuilder& b, const Node& node, In in)
{
    const Value& x = in[0];
    if (node.attributes.text("approximate", "none") == "tanh") {
        const Value inner = (x + x * x * x * 0.044715) * std::sqrt(2 * std::numbers::inv_pi);
        return std::vector<Value>{x * 0.5 * (b.add("Tanh", {inner}) + 1.0)};
    }
    return std::vector<Value>{x * 0.5 * (b.add("Erf", {x / std::numbers::sqrt2}) + 1.0)};
}

Expansion expandMish(GraphBuilder& b, const Node&, In in)
{
    return std::vector<Value>{in[0] * b.add("Tanh", {b.add("Softplus", {in[0]})})};
}

Value swish(GraphBuilder& b, const Value& x, double alpha)
{
    return x * b.add("Sigmoid", {alpha == 1 ? x : x * alpha});
}

Expansion expandSwish(GraphBuilder& b, const Node& node, In in)
{
    return std::vector<Value>{swish(b, in[0], node.attributes.real("alpha", 1))};
}

Expansion expandSwiGlu(GraphBuilder& b, const Node& node, In in)
{
    return std::vector<Value>{swish(b, in[0], node.attributes.real("alpha", 1)) * in[1]};
}

Expansion expandThresholdedRelu(GraphBuilder& b, const Node& node, In in)
{
    return std::vector<Value>{
        selected(isAbove(in[0], node.attributes.real("alpha", 1)), in[0], b.scalar(0, in[0]))};
}

// x - bias above lambd, x + bias below -lambd, 0 between.
Expansion expandShrink(GraphBuilder& b, const Node& node, In in)
{
    const Value& x = in[0];
    const double lambd = node.attributes.real("lambd", 0.5), bias = node.attributes.real("bias", 0);
    const Value isBelow = b.add("Less", {x, b.scalar(-lambd, x)});
    const Value low = selected(isBelow, x + bias, b.scalar(0, x));
    return std::vector<Value>{selected(isAbove(x, lambd), x - bias, low)};
}

Expansion expandPRelu(GraphBuilder& b, const Node&, In in)
{
    const Value isNegative = b.add("Less", {in[0], b.scalar(0, in[0])});
    return std::vector<Value>{selected(isNegative, in[0] * in[1], in[0])};
}

Expansion expandSoftsign(GraphBuilder& b, const Node&, In in)
{
    return std::vector<Value>{in[0] / (b.add("Abs", {in[0]}) + 1.0)};
}

void addActivation(OpRegistry& ops, std::string name, int opset, const std::string& what,
                   ExpandRule expand, DTypeSet accepts = floating)
{
    OpDef def = functionOp(std::move(name), opset, what + "\n    Shapes    X: any S; Y: S",
                           {{"X", accepts}}, {{"Y", accepts}}, sameTypeAsFirst, expand);
    def.overTime = OverTime::Elementwise;
    ops.add(std::move(def));
}

void addPair(OpRegistry& ops, std::string name, int opset, const std::string& what,
             ExpandRule expand, const std::vector<std::string>& ports, DTypeSet accepts)
{
    OpDef def = functionOp(
        std::move(name), opset, what,
        {{ports[0], accepts, Port::Arity::One, "T"}, {ports[1], accepts, Port::Arity::One, "T"}},
        {{"Y", accepts}}, broadcastOfAll, expand);
    def.overTime = OverTime::Elementwise;
    ops.add(std::move(def));
}

}

void registerFunctionActivations(OpRegistry& ops)
{
    constexpr DTypeSet wide =
        floating | DTypeSet{DType::Int32, DType::Int64, DType::UInt32, DType::UInt64};
    addActivation(ops, "Selu", 22, "gamma x, or gamma alpha (exp(x) - 1) below 0.", expandSelu);
    addActivation(ops, "Celu", 12, "x, or alpha (exp(x / alpha) - 1) below 0.", expandCelu);
    addActivation(ops, "HardSigmoid", 22, "alpha x + beta, limited to [0, 1].", expandHardSigmoid);
    addActivation(ops, "HardSwish", 22, "x max(0, min(1, x / 6 + 1 / 2)).", expandHardSwish);
    addActivation(ops, "Gelu", 20, "x Phi(x), exact or by tanh (attribute approximate).",
                  expandGelu);
    addActivation(ops, "Mish", 22, "x tanh(log(1 + exp(x))).", expandMish);
    addActivation(ops, "Swish", 24, "x sigmoid(alpha x).", expandSwish);
    addActivation(ops, "ThresholdedRelu", 22, "x above alpha, else 0.", expandThresholdedRelu);
    addActivation(ops, "Shrink", 9, "x moved towards 0 by bias outside [-lambd, lambd], else 0.",
                  expandShrink, numbers);
    addActivation(ops, "Softsign", 22, "x / (1 + |x|).", expandSoftsign);
    addPair(ops, "PRelu", 16, "x, or slope x below 0; the slope broadcasts.", expandPRelu,
            {"X", "slope"}, wide);
    addPair(ops, "SwiGLU", 28, "A sigmoid(alpha A) B: a gated linear unit.", expandSwiGlu,
            {"A", "B"}, floating);
}

}
