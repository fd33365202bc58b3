#include "engine/training/loss.h"

#include "engine/ops/graph_builder.h"

#include <fmt/format.h>

namespace backstep {

Result<GraphOutput> lossOutput(const Graph& graph, const std::string& wanted)
{
    std::string known;
    for (const GraphOutput& output : graph.outputs) {
        known += (known.empty() ? "'" : ", '") + output.name + "'";
        const DType dtype = graph.value(output.value).type.dtype;
        if (wanted.empty() && floating.has(dtype))
            return output;
        if (!wanted.empty() && output.name == wanted) {
            if (floating.has(dtype))
                return output;
            return Error{"output-type",
                         fmt::format("The output '{}' is {}; a loss needs a floating "
                                     "one.",
                                     wanted, nameOf(dtype))};
        }
    }
    if (!wanted.empty())
        return Error{"unknown-output",
                     fmt::format("There is no output '{}'; there is: {}.", wanted, known)};
    return GraphOutput{};
}

namespace {

Value sumLoss(GraphBuilder& builder, const Value& y)
{
    return builder.add("ReduceSum", {y}, {{"keepdims", int64_t{0}}});
}

Value targetInput(GraphBuilder& builder, TensorType type)
{
    ValueInfo info;
    info.kind = ValueKind::Input;
    info.type = type;
    info.name = kTargetName;
    return builder.declare(std::move(info));
}

}

Result<void> addLoss(Graph& graph, const GraphOutput& output, LossForm form)
{
    Origin origin;
    origin.name = "loss";
    origin.layer = "loss";
    origin.phase = Phase::Loss;
    GraphBuilder builder(graph, kTopRegion, origin);
    const Value y = builder.use(output.value);
    const Shape shape = y.shape();
    const double count = static_cast<double>(std::max<int64_t>(1, shape.count()));
    Value loss;
    if (form == LossForm::Sum) {
        loss = sumLoss(builder, y);
    } else if (form == LossForm::MeanSquare) {
        loss = builder.helper("MSE", {y, targetInput(builder, y.type())}, {{"scale", 1.0 / count}});
    } else {
        if (shape.rank() == 0)
            return Error{"loss-shape", "Cross-entropy needs an output with an axis of classes."};
        TensorType type = y.type();
        if (form == LossForm::CrossEntropyIndex) {
            type.dtype = DType::Int64;
            type.shape.erase(shape.rank() - 1);
        }
        const double rows =
            std::max(1.0, count / static_cast<double>(std::max<int64_t>(1, shape.back())));
        loss = builder.helper("CrossEntropy", {y, targetInput(builder, type)},
                              {{"scale", 1.0 / rows}});
    }
    if (builder.error())
        return Error(*builder.error()).during("adding the loss");
    graph.editValue(loss.id()).name = "loss";
    graph.loss = loss.id();
    return {};
}

}
