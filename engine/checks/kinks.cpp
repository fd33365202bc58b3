// Where ops break: the sides of a kink, and what lies exactly on one.

#include "engine/checks/kinks.h"

#include "engine/ops/registry.h"

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

using Tensors = std::vector<Tensor>;

/// One op on tensors that fit it; null if it cannot be computed.
Tensor computed(const char* op, const Tensors& inputs, const Attributes& attributes = {},
                size_t output = 0)
{
    Result<Tensors> results = evaluate({op}, attributes, inputs, output + 1);
    return results && results->size() > output ? (*results)[output] : Tensor();
}

// What stands on which side: each gives a tensor whose elements change when a kink is crossed.

Tensor signOfFirst(const Node&, const Tensors& in)
{
    return computed("Sign", {in[0]});
}

Tensor outsideOfBounds(const Node&, const Tensors& in)
{
    Tensor sides = Tensor(TensorType{in[0].dtype(), in[0].shape()});
    for (size_t bound = 1; bound < in.size(); ++bound)
        if (!in[bound].isNull())
            sides = computed("Add", {computed("Mul", {sides, Tensor::scalar(3, in[0].dtype())}),
                                     computed("Sign", {computed("Sub", {in[0], in[bound]})})});
    return sides;
}

/// Per element the operands that attain the extremum, as digits.
Tensor whoAttains(const Node& node, const Tensors& in)
{
    const Tensor extremum = computed(node.op.type.c_str(), in);
    Tensor who = Tensor(extremum.type());
    for (const Tensor& operand : in)
        who = computed("Add", {computed("Mul", {who, Tensor::scalar(2, who.dtype())}),
                               computed("Equal", {operand, extremum}).converted(who.dtype())});
    return who;
}

Tensor whereAttained(const Node& node, const Tensors& in)
{
    Attributes keeping = node.attributes;
    keeping.set("keepdims", int64_t{1});
    return computed("Equal", {in[0], computed(node.op.type.c_str(), in, keeping)});
}

Tensor whichAreTop(const Node& node, const Tensors& in)
{
    return computed("TopK", in, node.attributes, 1);
}

Tensor wholeQuotient(const Node&, const Tensors& in)
{
    return computed("Floor", {computed("Div", in)});
}

/// Under max and min: whether each element stayed, and whether each update attained the result.
Tensor whatScatterKept(const Node& node, const Tensors& in)
{
    const std::string reduction = node.attributes.text("reduction", "none");
    if (reduction != "max" && reduction != "min")
        return {};
    const bool isND = node.op.is("ScatterND");
    const Tensor y = computed(node.op.type.c_str(), in, node.attributes);
    Attributes along;
    if (!isND)
        along.set("axis", node.attributes.integer("axis", 0));
    const Tensor there = computed(isND ? "GatherND" : "GatherElements", {y, in[1]}, along);
    const auto flat = [](const Tensor& tensor) { return tensor.reshaped({tensor.count()}); };
    return computed("Concat",
                    {flat(computed("Equal", {in[0], y})), flat(computed("Equal", {in[2], there}))},
                    {{"axis", int64_t{0}}});
}

// What lies exactly on a kink: each gives booleans.

bool isAtZero(double x)
{
    return x == 0;
}
bool isAtHalf(double x)
{
    return x - std::floor(x) == 0.5;
}
bool isAtInteger(double x)
{
    return x == std::floor(x) && std::isfinite(x);
}

template<bool isOn(double)> Tensor where(const Node&, const Tensors& in)
{
    Tensor on(TensorType{DType::Bool, in[0].shape()});
    for (int64_t i = 0; i < in[0].count(); ++i)
        on.mutableData<bool>()[i] = isOn(in[0].number(i));
    return on;
}

/// An Elu whose alpha is 1 is smooth.
Tensor whereEluBreaks(const Node& node, const Tensors& in)
{
    return node.attributes.real("alpha", 1) == 1 ? Tensor(TensorType{DType::Bool, in[0].shape()})
                                                 : where<isAtZero>(node, in);
}

Tensor onBounds(const Node&, const Tensors& in)
{
    Tensor on(TensorType{DType::Bool, in[0].shape()});
    for (size_t bound = 1; bound < in.size(); ++bound)
        if (!in[bound].isNull())
            on = computed("Or", {on, computed("Equal", {in[0], in[bound]})});
    return on;
}

/// Elements that more than one operand attains; one value read twice is one operand.
Tensor whereTied(const Node& node, const Tensors& in)
{
    const Tensor extremum = computed(node.op.type.c_str(), in);
    Tensor count(TensorType{DType::Float32, extremum.shape()});
    for (size_t i = 0; i < in.size(); ++i)
        if (std::find(node.inputs.begin(), node.inputs.begin() + static_cast<long>(i),
                      node.inputs[i]) == node.inputs.begin() + static_cast<long>(i))
            count = computed(
                "Add", {count, computed("Equal", {in[i], extremum}).converted(DType::Float32)});
    return computed("Greater", {count, Tensor::scalar(1, DType::Float32)});
}

/// Elements that share the extremum of their group with another.
Tensor whereShared(const Node& node, const Tensors& in)
{
    Attributes keeping = node.attributes;
    keeping.set("keepdims", int64_t{1});
    const Tensor attained = whereAttained(node, in);
    Tensors groups = in;
    groups[0] = attained.converted(DType::Float32);
    return computed("And", {attained, computed("Greater", {computed("ReduceSum", groups, keeping),
                                                           Tensor::scalar(1, DType::Float32)})});
}

struct Kink {
    const char* op;
    Tensor (*sides)(const Node& node, const Tensors& in);
    Tensor (*on)(const Node& node, const Tensors& in) = nullptr;
    std::string_view place = {}; ///< of what `on` finds
};
constexpr Kink kKinks[] = {
    {"Relu", signOfFirst, where<isAtZero>, "at 0"},
    {"Abs", signOfFirst, where<isAtZero>, "at 0"},
    {"LeakyRelu", signOfFirst, where<isAtZero>, "at 0"},
    {"Elu", signOfFirst, whereEluBreaks, "at 0"},
    {"Clip", outsideOfBounds, onBounds, "at a bound"},
    {"Max", whoAttains, whereTied, "where two operands are equal"},
    {"Min", whoAttains, whereTied, "where two operands are equal"},
    {"ReduceMax", whereAttained, whereShared, "where two elements are the largest"},
    {"ReduceMin", whereAttained, whereShared, "where two elements are the smallest"},
    {"Sign", nullptr, where<isAtZero>, "at 0"},
    {"Round", nullptr, where<isAtHalf>, "at a half"},
    {"Floor", nullptr, where<isAtInteger>, "at an integer"},
    {"Ceil", nullptr, where<isAtInteger>, "at an integer"},
    {"TopK", whichAreTop},
    {"Mod", wholeQuotient},
    {"ScatterElements", whatScatterKept},
    {"ScatterND", whatScatterKept},
};

const Kink* kinkOf(const Node& node)
{
    for (const Kink& kink : kKinks)
        if (node.op.is(kink.op))
            return &kink;
    return nullptr;
}

}

bool hasSides(const Node& node)
{
    const Kink* kink = kinkOf(node);
    return kink && kink->sides;
}

Tensor sidesOfKinks(const Node& node, const std::vector<Tensor>& inputs)
{
    return kinkOf(node)->sides(node, inputs);
}

std::string_view placeOfKinks(const Node& node)
{
    const Kink* kink = kinkOf(node);
    return kink ? kink->place : std::string_view();
}

Tensor elementsOnKink(const Node& node, const std::vector<Tensor>& inputs)
{
    return kinkOf(node)->on(node, inputs);
}

}
