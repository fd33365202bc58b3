// engine/ops/sequence_ops.cpp - sequences of tensors, and optionals. They make whole tensors
// (OpDef::evaluate): how long a sequence is, only the data tell.

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

namespace backstep {

namespace {

using Tensors = Result<std::vector<Tensor>>;

constexpr DTypeSet kTensors = anyDType;
constexpr DTypeSet kAnything = anyDType | sequences | optionals;

Tensors one(Tensor tensor)
{
    return std::vector<Tensor>{std::move(tensor)};
}

Tensors construct(const EvaluateCall& call)
{
    for (const Tensor& input : call.inputs)
        if (input.isNull() || input.dtype() != call.inputs[0].dtype())
            return Error{"dtype", "the tensors of a sequence must be of one dtype"};
    return one(Tensor::sequence({call.inputs.begin(), call.inputs.end()}));
}

Tensors empty(const EvaluateCall&)
{
    return one(Tensor::sequence({}));
}

/// A position that may count from the end; `end` is the last one allowed.
Result<size_t> positionOf(const Tensor& given, size_t length, size_t end)
{
    if (given.count() != 1)
        return Error{"shape", "position is " + given.shape().text() + ", wanted a scalar"};
    const int64_t at = given.integer(0);
    const int64_t positive = at < 0 ? at + static_cast<int64_t>(length) : at;
    if (positive < 0 || positive > static_cast<int64_t>(end))
        return Error{"shape", fmt::format("position {} is outside a sequence of {}", at, length)};
    return static_cast<size_t>(positive);
}

Tensors at(const EvaluateCall& call)
{
    const std::vector<Tensor>& elements = call.inputs[0].elements();
    if (elements.empty())
        return Error{"shape", "the sequence is empty"};
    Result<size_t> position = positionOf(call.inputs[1], elements.size(), elements.size() - 1);
    if (!position)
        return position.takeError();
    return one(elements[*position]);
}

Tensors insert(const EvaluateCall& call)
{
    std::vector<Tensor> elements = call.inputs[0].elements();
    size_t place = elements.size();
    if (call.has(2)) {
        Result<size_t> position = positionOf(call.inputs[2], elements.size(), elements.size());
        if (!position)
            return position.takeError();
        place = *position;
    }
    elements.insert(elements.begin() + static_cast<std::ptrdiff_t>(place), call.inputs[1]);
    return one(Tensor::sequence(std::move(elements)));
}

Tensors erase(const EvaluateCall& call)
{
    std::vector<Tensor> elements = call.inputs[0].elements();
    if (elements.empty())
        return Error{"shape", "the sequence is empty"};
    size_t place = elements.size() - 1;
    if (call.has(1)) {
        Result<size_t> position = positionOf(call.inputs[1], elements.size(), elements.size() - 1);
        if (!position)
            return position.takeError();
        place = *position;
    }
    elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(place));
    return one(Tensor::sequence(std::move(elements)));
}

Tensors length(const EvaluateCall& call)
{
    return one(Tensor::of<int64_t>({}, {call.inputs[0].count()}));
}

/// The sizes of the parts: given one by one, or one size for all (the last may be smaller).
Result<std::vector<int64_t>> partSizes(const EvaluateCall& call, int64_t size)
{
    std::vector<int64_t> sizes;
    if (call.has(1) && call.inputs[1].shape().rank() == 1)
        return call.inputs[1].integers();
    const int64_t each = call.has(1) ? call.inputs[1].integer(0) : 1;
    if (each < 1)
        return Error{"shape", fmt::format("split is {}, wanted at least 1", each)};
    for (int64_t start = 0; start < size; start += each)
        sizes.push_back(std::min(each, size - start));
    return sizes;
}

Tensors split(const EvaluateCall& call)
{
    const Tensor& x = call.inputs[0];
    Result<int> axis = normalizedAxis(call.attributes.integer("axis", 0), x.shape().rank());
    if (!axis)
        return axis.takeError();
    Result<std::vector<int64_t>> sizes = partSizes(call, x.shape()[*axis]);
    if (!sizes)
        return sizes.takeError();
    if (sizes->empty())
        return one(Tensor::sequence({}));
    Tensors parts =
        evaluate({"Split"}, {{"axis", int64_t{*axis}}}, {x, Tensor::ints(*sizes)}, sizes->size());
    if (!parts)
        return parts;
    if (!call.has(1) && call.attributes.integer("keepdims", 1) == 0)
        for (Tensor& part : *parts) {
            Shape shape = part.shape();
            shape.erase(*axis);
            part = part.reshaped(shape);
        }
    return one(Tensor::sequence(std::move(*parts)));
}

Tensors join(const EvaluateCall& call)
{
    std::vector<Tensor> elements = call.inputs[0].elements();
    if (elements.empty())
        return Error{"shape", "the sequence is empty"};
    const int64_t given = call.attributes.integer("axis", 0);
    const bool isStacked = call.attributes.integer("new_axis", 0) != 0;
    const int rank = elements[0].shape().rank() + (isStacked ? 1 : 0);
    Result<int> axis = normalizedAxis(given, rank);
    if (!axis)
        return axis.takeError();
    if (isStacked && rank > kMaxRank)
        return Error{"unsupported", fmt::format("the result would have a rank above {}", kMaxRank)};
    if (isStacked)
        for (Tensor& element : elements) {
            Shape shape = element.shape();
            shape.insert(std::min(*axis, shape.rank()), 1);
            element = element.reshaped(shape);
        }
    return evaluate({"Concat"}, {{"axis", int64_t{*axis}}}, elements);
}

Tensors makeOptional(const EvaluateCall& call)
{
    return one(Tensor::optional(call.has(0) ? std::vector<Tensor>{call.inputs[0]}
                                            : std::vector<Tensor>{}));
}

// Since opset 18 a tensor or a sequence stands for an optional that holds it.
Tensors hasElement(const EvaluateCall& call)
{
    const bool isFull =
        call.has(0) && (call.inputs[0].dtype() != DType::Optional || call.inputs[0].count() == 1);
    return one(Tensor::of<bool>({}, std::vector<bool>{isFull}));
}

Tensors getElement(const EvaluateCall& call)
{
    const Tensor& input = call.inputs[0];
    if (input.dtype() != DType::Optional)
        return one(input);
    if (input.count() == 0)
        return Error{"shape", "the optional is empty"};
    return one(input.elements().front());
}

void addOp(OpRegistry& ops, std::string name, int opset, const std::string& what,
           std::vector<Port> inputs, DTypeSet output, EvaluateRule evaluate)
{
    ops.add({
        .name = name,
        .sinceOpset = opset,
        .doc = what + "\n    Source    ONNX operator " + name + ", opset " + std::to_string(opset),
        .inputs = std::move(inputs),
        .outputs = {{"output", output}},
        .evaluate = evaluate,
    });
}

}

void registerSequenceOps(OpRegistry& ops)
{
    constexpr auto optional = Port::Arity::Optional;
    constexpr DTypeSet index{DType::Int32, DType::Int64};
    const Port sequence{"input_sequence", sequences}, tensor{"tensor", kTensors};
    const Port position{"position", index, optional};
    addOp(ops, "SequenceConstruct", 11, "A sequence of the operands.",
          {{"inputs", kTensors, Port::Arity::Many}}, sequences, construct);
    addOp(ops, "SequenceEmpty", 11, "A sequence without elements.", {}, sequences, empty);
    addOp(ops, "SequenceAt", 11, "One element; a negative position counts from the end.",
          {sequence, {"position", index}}, kTensors, at);
    addOp(ops, "SequenceInsert", 11, "The sequence with one more element, by default at its end.",
          {sequence, tensor, position}, sequences, insert);
    addOp(ops, "SequenceErase", 11, "The sequence without one element, by default the last.",
          {sequence, position}, sequences, erase);
    addOp(ops, "SequenceLength", 11, "The number of elements, an int64 scalar.", {sequence},
          {DType::Int64}, length);
    addOp(ops, "SplitToSequence", 24, "Parts of one axis as a sequence.",
          {{"input", kTensors}, {"split", index, optional}}, sequences, split);
    addOp(ops, "ConcatFromSequence", 11, "All elements joined along an axis, old or new.",
          {sequence}, kTensors, join);
    addOp(ops, "Optional", 15, "An optional that holds the operand, or nothing.",
          {{"input", kTensors | sequences, optional}}, optionals, makeOptional);
    addOp(ops, "OptionalHasElement", 18, "True if there is an element.",
          {{"input", kAnything, optional}}, booleans, hasElement);
    addOp(ops, "OptionalGetElement", 18, "The element of an optional.", {{"input", kAnything}},
          kTensors | sequences, getElement);
}

}
