// engine/ops/onnx_losses.cpp - ONNX's own losses as functions: NegativeLogLikelihoodLoss and
// SoftmaxCrossEntropyLoss.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using In = std::span<const Value>;

Types lossShape(const OpCall& call)
{
    const Shape &scores = call.shape(0), &labels = call.shape(1);
    bool fits = scores.rank() >= 2 && labels.rank() == scores.rank() - 1;
    for (int i = 0; fits && i < labels.rank(); ++i)
        fits = labels[i] == scores[i == 0 ? 0 : i + 1];
    if (!fits)
        return Error{"shape", fmt::format("the scores are {} and the labels {}; wanted: [batch, "
                                          "classes, ...] and the same without classes",
                                          scores.text(), labels.text())};
    if (call.has(2) && !(call.shape(2) == Shape{scores[1]}))
        return Error{"shape", fmt::format("the weights are {}, wanted [{}], one for each class",
                                          call.shape(2).text(), scores[1])};
    const std::string reduction = call.attributes.text("reduction", "mean");
    if (reduction != "mean" && reduction != "sum" && reduction != "none")
        return Error{"attribute", fmt::format("attribute 'reduction' is '{}', wanted mean, sum or "
                                              "none",
                                              reduction)};
    std::vector<TensorType> types{{call.inputs[0].dtype, reduction == "none" ? labels : Shape{}},
                                  call.inputs[0]};
    types.resize(std::clamp<size_t>(call.outputCount, 1, 2));
    return types;
}

/// The loss of log probabilities. Ignored labels count with weight 0 and look up class 0, so that
/// an index outside the classes is never used.
Value likelihoodLoss(GraphBuilder& b, const Node& node, const Value& logs, Value labels,
                     const Value& weights)
{
    Value weight;
    if (node.attributes.has("ignore_index")) {
        const Value ignored = b.constant(Tensor::scalar(
            static_cast<double>(node.attributes.integer("ignore_index", 0)), labels.dtype()));
        const Value isIgnored = b.add("Equal", {labels, ignored});
        labels = selected(isIgnored, b.scalar(0, labels), labels);
        const Value used = weights.isPresent() ? b.add("Gather", {weights, labels})
                                               : filled(b, 1, logs.dtype(), labels.shape());
        weight = selected(isIgnored, b.scalar(0, logs), used);
    } else if (weights.isPresent()) {
        weight = b.add("Gather", {weights, labels});
    }
    const Value chosen =
        b.add("GatherElements", {logs, unsqueezed(labels, {1})}, {{"axis", int64_t{1}}});
    Value loss = -reshape(chosen, labels.shape());
    if (weight.isPresent())
        loss = loss * weight;
    const std::string reduction = node.attributes.text("reduction", "mean");
    if (reduction == "none")
        return loss;
    const Attributes toScalar{{"keepdims", int64_t{0}}};
    if (reduction == "mean" && !weight.isPresent())
        return b.add("ReduceMean", {loss}, toScalar);
    const Value sum = b.add("ReduceSum", {loss}, toScalar);
    return reduction == "sum" ? sum : sum / b.add("ReduceSum", {weight}, toScalar);
}

Expansion expandLikelihood(GraphBuilder& b, const Node& node, In in)
{
    return std::vector<Value>{likelihoodLoss(b, node, in[0], in[1], inputOr(in, 2))};
}

Expansion expandCrossEntropy(GraphBuilder& b, const Node& node, In in)
{
    const Value logs = b.add("LogSoftmax", {in[0]}, {{"axis", int64_t{1}}});
    return std::vector<Value>{likelihoodLoss(b, node, logs, in[1], inputOr(in, 2)), logs};
}

}

void registerOnnxLosses(OpRegistry& ops)
{
    const std::vector<Port> labels{{"scores", floating, Port::Arity::One, "T"},
                                   {"labels", {DType::Int32, DType::Int64}},
                                   {"weights", floating, Port::Arity::Optional, "T"}};
    const std::string shapes = "\n    Shapes    scores: [batch, classes, ...]; labels: the same "
                               "without classes; weights: [classes]; loss: by `reduction`";
    ops.add(functionOp(
        "NegativeLogLikelihoodLoss", 22,
        "-weights[label] * scores[label]; labels equal to ignore_index are left out." + shapes,
        labels, {{"loss", floating}}, lossShape, expandLikelihood));
    ops.add(functionOp(
        "SoftmaxCrossEntropyLoss", 13,
        "The loss of log softmax(scores); labels equal to ignore_index are left out." + shapes,
        labels, {{"output", floating}, {"log_prob", floating, Port::Arity::Optional}}, lossShape,
        expandCrossEntropy));
}

}
