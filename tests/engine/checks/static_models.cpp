#include "tests/engine/checks/static_models.h"

#include <functional>

using namespace backstep;

namespace {

constexpr int64_t kFloat = 1, kInt32 = 6; // TensorProto.DataType

/// x [2, 3] -> x @ W -> the nodes under test -> y
SmallModel behindWeight(const std::function<void(SmallModel&)>& addNodes)
{
    SmallModel model(18);
    model.input("x", {2, 3}).weight("W", {3, 4}).node("MatMul", {"x", "W"}, {"h"}, "product");
    addNodes(model);
    return model.output("y", {2, 4});
}

/// x [2, 3] @ W [3, features], and what follows of h over axis 1
SmallModel ofFeatures(int64_t features, const std::function<void(SmallModel&)>& addNodes)
{
    SmallModel model(18);
    model.input("x", {2, 3}).weight("W", {3, features});
    model.node("MatMul", {"x", "W"}, {"h"}, "product");
    addNodes(model);
    return model.output("y", {});
}

}

SmallModel chained(const std::vector<std::string>& ops, bool hasWayAround)
{
    return behindWeight([&](SmallModel& model) {
        std::string from = "h";
        for (size_t i = 0; i < ops.size(); ++i) {
            const std::string to =
                i + 1 == ops.size() && !hasWayAround ? "y" : "h" + std::to_string(i);
            const bool isCast = ops[i].starts_with("Cast");
            model.node(isCast ? "Cast" : ops[i], {from}, {to}, "op" + std::to_string(i));
            if (isCast)
                model.attribute("to", ops[i] == "CastInt" ? kInt32 : kFloat);
            from = to;
        }
        if (hasWayAround)
            model.node("Add", {from, "h"}, {"y"}, "sum");
    });
}

SmallModel indexed(bool isIndexUsed)
{
    return behindWeight([&](SmallModel& model) {
        model.node("ArgMax", {"h"}, {"index"}, "best").attribute("axis", 1);
        if (isIndexUsed)
            model.node("Cast", {"index"}, {"number"}, "number").attribute("to", kFloat);
        model.node("Add", {"h", "h"}, {"twice"}, "twice");
        model.node(isIndexUsed ? "Add" : "Identity",
                   isIndexUsed ? std::vector<std::string>{"number", "number"}
                               : std::vector<std::string>{"twice"},
                   {"y"}, "last");
    });
}

SmallModel masked(bool isMaskUsedAsValue)
{
    return behindWeight([&](SmallModel& model) {
        model.node("Greater", {"h", "x0"}, {"mask"}, "mask").weight("x0", {1});
        model.node("Cast", {"mask"}, {"gate"}, "gate").attribute("to", kFloat);
        if (isMaskUsedAsValue)
            model.node("Add", {"gate", "gate"}, {"y"}, "out");
        else
            model.node("Mul", {"gate", "h"}, {"y"}, "out");
    });
}

SmallModel ofTypes(DType x, const std::string& op)
{
    SmallModel model(18);
    model.input("x", {2, 3}, x).weight("W", {3, 4});
    if (op == "MatMul")
        model.node("MatMul", {"x", "W"}, {"y"}, "op");
    else
        model.node(op, {"x"}, {"t"}, "op").node("MatMul", {"t", "W"}, {"y"}, "product");
    return model.output("y", {2, 4});
}

SmallModel recurrent(std::vector<int64_t> shape, int64_t stateBatch)
{
    SmallModel model(18);
    model.input("x", shape).weight("W", {1, 16, 3}).weight("R", {1, 16, 4});
    model.input("state", {1, stateBatch, 4});
    model.node("LSTM", {"x", "W", "R", "", "", "state"}, {"", "y"}, "lstm");
    model.attribute("hidden_size", 4);
    return model.output("y", {1, 2, 4});
}

SmallModel product(int64_t features)
{
    SmallModel model(18);
    return model.input("x", {2, features})
        .weight("W", {3, 4})
        .node("MatMul", {"x", "W"}, {"y"}, "product")
        .output("y", {2, 4});
}

SmallModel layerNorm(int64_t features)
{
    return ofFeatures(features, [=](SmallModel& model) {
        model.weight("scale", {features}).weight("bias", {features});
        model.node("LayerNormalization", {"h", "scale", "bias"}, {"y"}, "norm");
    });
}

SmallModel deviation(int64_t features, float divisor, float epsilon, bool hasRoot)
{
    return ofFeatures(features, [=](SmallModel& model) {
        model.constant("divisor", Tensor::scalar(divisor, DType::Float32));
        model.constant("epsilon", Tensor::scalar(epsilon, DType::Float32));
        model.constant("axis", Tensor::ints({1}));
        model.node("ReduceMean", {"h", "axis"}, {"mean"}, "mean").attribute("keepdims", 1);
        model.node("Sub", {"h", "mean"}, {"centred"}, "centred");
        model.node("Mul", {"centred", "centred"}, {"square"}, "square");
        model.node("ReduceSum", {"square", "axis"}, {"sum"}, "sum");
        model.node("Div", {"sum", "divisor"}, {"variance"}, "variance");
        model.node("Add", {"variance", "epsilon"}, {"safe"}, "safe");
        model.node(hasRoot ? "Sqrt" : "Identity", {epsilon > 0 ? "safe" : "variance"}, {"y"}, "y");
    });
}

SmallModel batchNorm(int64_t batch)
{
    SmallModel model(17);
    model.input("x", {batch, 3}).weight("W", {3, 4}).node("MatMul", {"x", "W"}, {"h"}, "product");
    for (const char* name : {"scale", "bias", "mean", "variance"})
        model.weight(name, {4});
    model.node("BatchNormalization", {"h", "scale", "bias", "mean", "variance"},
               {"y", "mean2", "variance2"}, "norm");
    return model.attribute("training_mode", 1).output("y", {batch, 4});
}

SmallModel twoOutputs(bool isUsed)
{
    return behindWeight([&](SmallModel& model) {
        model.weight("V", {4, 4}).node("MatMul", {"h", "V"}, {"other"}, "other");
        model.node("Add", {"h", isUsed ? "other" : "h"}, {"y"}, "sum");
    });
}
