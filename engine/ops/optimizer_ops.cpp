// engine/ops/optimizer_ops.cpp - one training step as a function of other ops: Adagrad, Adam,
// Momentum of ai.onnx.preview.training.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using In = std::span<const Value>;

// Legend: R learning rate, T update count; then for each tensor x its gradient g and its slots.

/// The operands of tensor `index`: x, g, slot, slot.
std::vector<Value> operandsOf(In in, size_t index, size_t groups)
{
    const size_t count = (in.size() - 2) / groups;
    std::vector<Value> own;
    for (size_t group = 0; group < groups; ++group)
        own.push_back(in[2 + group * count + index]);
    return own;
}

/// New values of all tensors, first all x, then all of each slot.
template<class Step> std::vector<Value> stepped(In in, size_t groups, Step step)
{
    const size_t count = (in.size() - 2) / groups;
    std::vector<Value> outputs(count * (groups - 1));
    for (size_t i = 0; i < count; ++i) {
        const std::vector<Value> made = step(operandsOf(in, i, groups));
        for (size_t k = 0; k < made.size(); ++k)
            outputs[k * count + i] = made[k];
    }
    return outputs;
}

Value regularized(const Node& node, const std::vector<Value>& own)
{
    return own[0] * node.attributes.real("norm_coefficient", 0) + own[1];
}

Expansion expandAdagrad(GraphBuilder& b, const Node& node, In in)
{
    const double decay = node.attributes.real("decay_factor", 0);
    const double epsilon = node.attributes.real("epsilon", 1e-6);
    return stepped(in, 3, [&](const std::vector<Value>& own) {
        const Value rate = in[0] / (castTo(in[1], in[0].dtype()) * decay + 1.0);
        const Value g = regularized(node, own), h = own[2] + g * g;
        const Value step = g / (b.add("Sqrt", {h}) + epsilon);
        return std::vector<Value>{own[0] - castTo(rate, g.dtype()) * step, h};
    });
}

// Kingma and Ba 2015; bias is corrected from the first update on, not at T = 0.
Expansion expandAdam(GraphBuilder& b, const Node& node, In in)
{
    const Attributes& a = node.attributes;
    const double alpha = a.real("alpha", 0.9), beta = a.real("beta", 0.999);
    const double epsilon = a.real("epsilon", 1e-6), post = a.real("norm_coefficient_post", 0);
    return stepped(in, 4, [&](const std::vector<Value>& own) {
        const DType dtype = own[0].dtype();
        const Value g = regularized(node, own);
        const Value v = own[2] * alpha + g * (1 - alpha), h = own[3] * beta + g * g * (1 - beta);
        const Value t = castTo(in[1], dtype), rate = castTo(in[0], dtype);
        const Value isLater = b.add("Greater", {t, b.scalar(0, t)});
        const auto unbiased = [&](double factor) {
            return 1.0 - b.add("Pow", {b.scalar(factor, t), t});
        };
        // At T = 0 the quotient would be 0 / 0: there its operand is 1 (double Where).
        const Value below = selected(isLater, unbiased(alpha), b.scalar(1, t));
        const Value corrected = rate * b.add("Sqrt", {unbiased(beta)}) / below;
        const Value adjusted = selected(isLater, corrected, rate);
        const Value x = own[0] - adjusted * v / (b.add("Sqrt", {h}) + epsilon);
        return std::vector<Value>{x * (1 - post), v, h};
    });
}

Expansion expandMomentum(GraphBuilder& b, const Node& node, In in)
{
    const Attributes& a = node.attributes;
    const double alpha = a.real("alpha", 0.9), beta = a.real("beta", 0);
    const bool isNesterov = a.text("mode", "standard") == "nesterov";
    return stepped(in, 3, [&](const std::vector<Value>& own) {
        const Value g = regularized(node, own), rate = castTo(in[0], g.dtype());
        const Value isFirst = b.add("Equal", {in[1], b.scalar(0, in[1])});
        const Value share = selected(isFirst, b.scalar(1, g), b.scalar(beta, g));
        const Value v = own[2] * alpha + g * share;
        return std::vector<Value>{own[0] - rate * (isNesterov ? g + v * alpha : v), v};
    });
}

template<size_t groups> Types updateShape(const OpCall& call)
{
    const size_t tensors = call.inputs.size() < 2 ? 0 : call.inputs.size() - 2;
    if (tensors == 0 || tensors % groups != 0)
        return Error{"attribute", fmt::format("it has {} inputs beside R and T, wanted a multiple "
                                              "of {}",
                                              tensors, groups)};
    const size_t count = tensors / groups;
    std::vector<TensorType> types;
    for (size_t i = 0; i < count * (groups - 1); ++i) {
        const size_t own = 2 + i % count;
        for (size_t group = 1; group < groups; ++group)
            if (!(call.shape(own) == call.shape(own + group * count)))
                return Error{"shape", fmt::format("inputs {} and {} are {} and {}; they must agree",
                                                  own, own + group * count, call.shape(own).text(),
                                                  call.shape(own + group * count).text())};
        types.push_back(call.inputs[own]);
    }
    return types;
}

void addStep(OpRegistry& ops, std::string name, const std::string& what, ShapeRule shape,
             ExpandRule expand)
{
    OpDef def = functionOp(
        std::move(name), 1, what,
        {{"R", floating}, {"T", {DType::Int64}}, {"inputs", floating, Port::Arity::Many}},
        {{"outputs", floating, Port::Arity::Many}}, shape, expand);
    def.domain = "ai.onnx.preview.training";
    ops.add(std::move(def));
}

}

void registerOptimizerOps(OpRegistry& ops)
{
    addStep(ops, "Adagrad", "One step of Adagrad.", updateShape<3>, expandAdagrad);
    addStep(ops, "Adam", "One step of Adam.", updateShape<4>, expandAdam);
    addStep(ops, "Momentum", "One step of gradient descent with momentum.", updateShape<3>,
            expandMomentum);
}

}
