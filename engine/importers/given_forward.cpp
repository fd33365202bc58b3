#include "engine/importers/given_forward.h"

#include "engine/base/text.h"
#include "engine/expressions/expression.h"
#include "engine/importers/onnx_opsets.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

Error forwardError(Error error, const NodeRequest& request)
{
    error.code = "forward";
    return std::move(error).during(fmt::format("giving '{}' ({}) its forward",
                                               printable(request.origin.name),
                                               printable(request.op.type)));
}

OpValues valuesOf(GraphBuilder& builder, const NodeRequest& request)
{
    const OpDef* def = operators().find(request.op);
    OpValues op;
    for (size_t i = 0; i < request.inputs.size(); ++i) {
        const Port* port = def ? def->inputPort(i) : nullptr;
        const bool isPlain = port && port->arity != Port::Arity::Many;
        op.inputNames.push_back(isPlain ? port->name : "x" + std::to_string(i));
        op.inputs.push_back(request.inputs[i]);
    }
    for (const ValueId id : builder.graph().valuesOfKind(ValueKind::Weight))
        if (const std::string& name = builder.graph().value(id).name; !name.empty())
            op.more.try_emplace(name, builder.use(id));
    return op;
}

/// One output as the file knows it: named, a value of its own, of the stated type.
Result<Value> asOutput(GraphBuilder& builder, const NodeRequest& request, size_t index, Value value)
{
    const bool isStated = index < request.declared.size() && request.declared[index];
    if (isStated && !(request.declared[index]->shape == value.shape()))
        return Error{"forward",
                     fmt::format("The text computes {} for '{}', and the file states {}",
                                 value.shape().text(), printable(request.outputs[index]),
                                 request.declared[index]->shape.text()),
                     "Sum, reshape or broadcast it to the stated shape."};
    if (isStated)
        value = castTo(value, request.declared[index]->dtype);
    const bool isOwn = builder.graph().value(value.id()).kind == ValueKind::Output &&
                       builder.graph().value(value.id()).name.empty();
    if (!isOwn)
        value = builder.add("Identity", {value});
    builder.graph().editValue(value.id()).name = request.outputs[index];
    return value;
}

}

Result<std::vector<Value>> placeForward(GraphBuilder& builder, const NodeRequest& request,
                                        const ForwardChoice& choice)
{
    const Result<Expression> expression = parse(choice.text);
    if (!expression)
        return forwardError(expression.error(), request);
    const Origin outer = builder.origin();
    builder.origin() = request.origin;
    builder.origin().source = request.op.type;
    Result<std::vector<Value>> results =
        lowerForward(*expression, valuesOf(builder, request), request.outputs.size(), builder);
    for (size_t i = 0; results && i < results->size(); ++i) {
        if (request.outputs[i].empty())
            continue;
        Result<Value> output = asOutput(builder, request, i, (*results)[i]);
        if (output)
            (*results)[i] = *output;
        else
            results = output.takeError();
    }
    builder.origin() = outer;
    if (!results)
        return forwardError(results.takeError(), request);
    return results;
}

namespace {

PlacedForward placedAs(GraphBuilder& builder, const NodeRequest& request,
                       const ForwardChoice& choice)
{
    const OpValues op = valuesOf(builder, request);
    PlacedForward placed{choice, op.inputNames, {}, request.outputs, {}};
    for (const Value& input : request.inputs)
        placed.inputs.push_back(input.isPresent() ? input.type() : TensorType{});
    for (const auto& [name, weight] : op.more)
        placed.weights.emplace_back(name, weight.type());
    return placed;
}

}

/// What was given in the op's place. Where the op's own result is an integer or a boolean, it stays
/// for those who read it as such, made when the first of them comes.
Result<void> OnnxReader::readGiven(const ForwardChoice& forward, NodeRequest request,
                                   OnnxScope& scope, GraphBuilder& builder)
{
    m_result.assumptions.push_back(
        fmt::format("'{}' ({}) computes what was given for it: {}", printable(request.origin.name),
                    printable(request.op.type), printable(forward.text)));
    m_result.placedForwards.push_back(placedAs(builder, request, forward));
    const std::vector<std::string> names = request.outputs;
    const bool isBeside = forward.hard != DType::Undefined;
    NodeRequest own = request;
    if (isBeside) {
        request.origin.name += "/soft";
        for (std::string& name : request.outputs)
            name += "/soft";
        request.declared.clear();
    }
    const Result<std::vector<Value>> given = placeForward(builder, request, forward);
    if (!given)
        return given.error();
    for (size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty())
            continue;
        if (!isBeside) {
            scope.set(names[i], (*given)[i].id());
            continue;
        }
        scope.setSoft(names[i], (*given)[i].id());
        scope.setLazy(names[i], [this, own, i, &builder] {
            NodeRequest hard = own;
            adaptToNewest(hard, m_opset, builder);
            return placeNode(builder, std::move(hard))[i];
        });
    }
    return {};
}

const ForwardChoice* OnnxReader::forwardFor(const NodeRequest& request)
{
    const ForwardChoice* found = nullptr;
    for (const ForwardChoice& choice : m_options.forwards) {
        const bool isNode = choice.op == request.origin.name;
        if (isNode || (!found && choice.op == request.op.type))
            found = &choice;
        if (isNode)
            break;
    }
    if (found)
        m_usedForwards.insert(found);
    return found;
}

Result<void> OnnxReader::checkForwardsUsed() const
{
    for (const ForwardChoice& choice : m_options.forwards) {
        if (m_usedForwards.contains(&choice))
            continue;
        std::vector<std::string> known;
        for (const onnx::NodeProto& node : m_model.graph().node()) {
            known.push_back(node.name());
            known.push_back(node.op_type());
        }
        const std::string near = closestWord(choice.op, known);
        return Error{
            "forward",
            fmt::format("The model has no op named '{}' and none of this type, for which a "
                        "forward was given.",
                        printable(choice.op)),
            near.empty() ? "" : "Did you mean '" + near + "'?"};
    }
    return {};
}

}
