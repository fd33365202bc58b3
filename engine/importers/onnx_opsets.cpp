#include "engine/importers/onnx_opsets.h"

#include "engine/base/text.h"
#include "engine/importers/onnx_einsum.h"

#include <fmt/format.h>

namespace backstep {

namespace {

void toInput(NodeRequest& request, size_t index, const Value& value)
{
    if (request.inputs.size() <= index)
        request.inputs.resize(index + 1);
    request.inputs[index] = value;
}

/// Attributes of integers that later became inputs.
void integersToInput(NodeRequest& request, GraphBuilder& b, const std::string& name, size_t index)
{
    if (!request.attributes.has(name))
        return;
    std::vector<int64_t> values = request.attributes.integers(name);
    if (values.empty() && request.attributes.integer(name, -1) >= 0)
        values = {request.attributes.integer(name, 0)};
    toInput(request, index, b.ints(values));
    request.attributes.erase(name);
}

void clipBoundsToInputs(NodeRequest& request, GraphBuilder& b)
{
    request.inputs.resize(3);
    size_t index = 1;
    for (const char* name : {"min", "max"}) {
        if (request.attributes.has(name))
            request.inputs[index] = b.scalar(request.attributes.real(name, 0), request.inputs[0]);
        request.attributes.erase(name);
        ++index;
    }
}

void sliceRangesToInputs(NodeRequest& request, GraphBuilder& b)
{
    integersToInput(request, b, "starts", 1);
    integersToInput(request, b, "ends", 2);
    integersToInput(request, b, "axes", 3);
}

void reshapeToInput(NodeRequest& request, GraphBuilder& b)
{
    integersToInput(request, b, "shape", 1);
}

void topKToInput(NodeRequest& request, GraphBuilder& b)
{
    integersToInput(request, b, "k", 1);
}

void padsToInputs(NodeRequest& request, GraphBuilder& b)
{
    integersToInput(request, b, "paddings", 1);
    integersToInput(request, b, "pads", 1);
    if (request.attributes.has("value"))
        toInput(request, 2, b.scalar(request.attributes.real("value", 0), request.inputs[0]));
    request.attributes.erase("value");
}

/// Opset 1: Tile(input, tiles, axis) repeats one axis.
void tilesToRepeats(NodeRequest& request, GraphBuilder& b)
{
    if (request.inputs.size() != 3)
        return;
    std::vector<int64_t> numbers;
    for (size_t i : {1u, 2u}) {
        const Tensor content = request.inputs[i].isPresent()
                                   ? b.graph().value(request.inputs[i].id()).content
                                   : Tensor();
        if (content.isNull() || content.count() != 1)
            return;
        numbers.push_back(content.integer(0));
    }
    std::vector<int64_t> repeats(static_cast<size_t>(request.inputs[0].shape().rank()), 1);
    if (numbers[1] < 0 || numbers[1] >= static_cast<int64_t>(repeats.size()))
        return;
    repeats[static_cast<size_t>(numbers[1])] = numbers[0];
    request.inputs = {request.inputs[0], b.ints(repeats)};
}

/// Before opset 7 an operand was broadcast only when asked to, from `axis` on.
void alignOperand(NodeRequest& request, GraphBuilder&)
{
    if (request.inputs.size() < 2 || !request.inputs[1].isPresent())
        return;
    const int rank = request.inputs[0].shape().rank();
    const Shape own = request.inputs[1].shape();
    const int64_t given = request.attributes.integer("axis", rank - own.rank());
    const int64_t axis = given < 0 ? given + rank : given;
    request.attributes.erase("axis");
    request.attributes.erase("broadcast");
    if (own.rank() == 0 || axis < 0 || axis + own.rank() >= rank)
        return;
    Shape wide = own;
    while (wide.rank() + axis < rank)
        wide.append(1);
    request.inputs[1] = reshape(request.inputs[1], wide);
}

/// Before opset 9 a slope of one axis stood for the channels.
void alignSlope(NodeRequest& request, GraphBuilder&)
{
    if (request.inputs.size() < 2 || !request.inputs[1].isPresent())
        return;
    const Shape &x = request.inputs[0].shape(), &slope = request.inputs[1].shape();
    if (slope.rank() != 1 || x.rank() < 3 || slope[0] != x[1])
        return;
    Shape wide = slope;
    while (wide.rank() < x.rank() - 1)
        wide.append(1);
    request.inputs[1] = reshape(request.inputs[1], wide);
}

/// Before opset 13 these worked on everything from `axis` (default 1) on as on one axis.
void flattenAround(NodeRequest& request, GraphBuilder& b)
{
    const Shape shape = request.inputs[0].shape();
    const int64_t given = request.attributes.integer("axis", 1);
    const int64_t axis = given < 0 ? given + shape.rank() : given;
    if (axis < 0 || axis > shape.rank())
        return; // the shape rule says what is wrong
    request.attributes.set("axis", int64_t{-1});
    if (axis == shape.rank() - 1)
        return;
    NodeRequest inner = request;
    inner.inputs[0] = b.add("Flatten", {request.inputs[0]}, {{"axis", axis}});
    inner.outputs[0] += "/flat";
    inner.origin.name += "/flat";
    inner.declared.clear();
    const std::vector<Value> flat = placeNode(b, std::move(inner));
    if (flat.empty() || !flat[0].isPresent())
        return;
    request.op.type = "Reshape";
    request.attributes = {};
    request.inputs = {flat[0], b.ints({shape.begin(), shape.end()})};
}

/// Before opset 12 Dropout had its ratio as an attribute and was exported for inference.
void dropRatio(NodeRequest& request, GraphBuilder&)
{
    request.attributes.erase("ratio");
    request.attributes.erase("is_test");
}

/// Before opset 14 the last outputs were running and saved moments, of training alone.
void dropMoments(NodeRequest& request, GraphBuilder&)
{
    request.attributes.erase("training_mode");
}

/// Before opset 6 the target was the name of a type.
void castTargetToNumber(NodeRequest& request, GraphBuilder&)
{
    if (const auto dtype = dtypeNamed(lowered(request.attributes.text("to", ""))))
        request.attributes.set("to", static_cast<int64_t>(*dtype));
}

void nameScatter(NodeRequest& request, GraphBuilder&)
{
    request.op.type = "ScatterElements";
}

void defaultConcatAxis(NodeRequest& request, GraphBuilder&)
{
    if (!request.attributes.has("axis"))
        request.attributes.set("axis", int64_t{1});
}

/// How nodes of older opsets are rewritten to the newest: the first opset that needs it no more.
struct Adapter {
    const char* op;
    int64_t until;
    void (*rewrite)(NodeRequest&, GraphBuilder&);
};

constexpr Adapter kAdapters[] = {
    {"Add", 7, alignOperand},
    {"And", 7, alignOperand},
    {"BatchNormalization", 14, dropMoments},
    {"Cast", 6, castTargetToNumber},
    {"Clip", 11, clipBoundsToInputs},
    {"Concat", 4, defaultConcatAxis},
    {"Div", 7, alignOperand},
    {"Dropout", 12, dropRatio},
    {"Einsum", INT64_MAX, spellOutEinsum},
    {"Equal", 7, alignOperand},
    {"Greater", 7, alignOperand},
    {"Hardmax", 13, flattenAround},
    {"Less", 7, alignOperand},
    {"LogSoftmax", 13, flattenAround},
    {"Mul", 7, alignOperand},
    {"Or", 7, alignOperand},
    {"PRelu", 9, alignSlope},
    {"Pad", 11, padsToInputs},
    {"Pow", 7, alignOperand},
    {"Reshape", 5, reshapeToInput},
    {"Scatter", INT64_MAX, nameScatter},
    {"Slice", 10, sliceRangesToInputs},
    {"Softmax", 13, flattenAround},
    {"Sub", 7, alignOperand},
    {"Tile", 6, tilesToRepeats},
    {"TopK", 10, topKToInput},
    {"Xor", 7, alignOperand},
};

}

void adaptToNewest(NodeRequest& request, int64_t opset, GraphBuilder& builder)
{
    if (request.problem || !request.op.domain.empty() || request.inputs.empty() ||
        !request.inputs[0].isPresent())
        return;
    for (const Adapter& adapter : kAdapters)
        if (request.op.type == adapter.op && opset < adapter.until)
            return adapter.rewrite(request, builder);
}

}
