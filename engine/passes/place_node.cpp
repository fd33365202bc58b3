#include "engine/passes/place_node.h"

#include "engine/ops/call_operands.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// Larger results are not folded: they would only cost memory.
constexpr int64_t kFoldedElements = int64_t{1} << 24;

std::vector<ValueId> idsOf(const std::vector<Value>& values)
{
    std::vector<ValueId> ids;
    for (const Value& value : values)
        ids.push_back(value.id());
    return ids;
}

/// What an op is called on, and what is known of that.
struct Call {
    Call(const Graph& graph, const NodeRequest& request) : operands(graph, idsOf(request.inputs))
    {
        for (const Value& input : request.inputs) {
            const ValueInfo* info = input.isPresent() ? &graph.value(input.id()) : nullptr;
            allConstant = allConstant && (!info || info->kind == ValueKind::Constant);
            readsAssumed = readsAssumed || (info && info->isTypeAssumed);
        }
    }
    OpCall on(const NodeRequest& request) const
    {
        return operands.call(request.attributes, request.outputs.size());
    }
    CallOperands operands;
    bool allConstant = true;
    bool readsAssumed = false; ///< the type of an operand, so what follows from it is one, too
};

/// Where nothing states a type: the shape of the input of highest rank, an open dtype (R16). Of a
/// known op that refuses its inputs the dtype is that of the first floating one that its result may
/// have: with it, weights behind it are blocked and not without a loss.
TensorType assumedType(const OpDef* def, const NodeRequest& request, size_t output)
{
    TensorType type;
    for (const Value& input : request.inputs)
        if (input.isPresent() && input.shape().rank() > type.shape.rank())
            type.shape = input.shape();
    const Port* port = def ? def->outputPort(output) : nullptr;
    if (!port)
        return type;
    for (const Value& input : request.inputs)
        if (input.isPresent() && isFloating(input.dtype()) && port->accepts.has(input.dtype())) {
            type.dtype = input.dtype();
            break;
        }
    return type;
}

/// How many results the op makes whether or not the file names them: its kernel writes them, and
/// its gradient may read them.
size_t resultCount(const OpDef* def, const NodeRequest& request)
{
    size_t count = 0;
    while (def && !request.problem && count < def->outputs.size() &&
           def->outputs[count].arity == Port::Arity::One)
        ++count;
    return count;
}

/// `def` is null for an op that is not known. Of types that follow from assumed ones, those that
/// the file states win (SEMANTICS R16).
std::vector<Value> keepNode(GraphBuilder& builder, const OpDef* def, NodeRequest& request,
                            const std::vector<TensorType>& types, bool areAssumed = false)
{
    Node node;
    node.op = request.op;
    node.attributes = std::move(request.attributes);
    node.origin = request.origin;
    node.problem = request.problem;
    node.inputs = idsOf(request.inputs);
    std::vector<Value> results;
    const size_t made = resultCount(def, request);
    for (size_t i = 0; i < std::max(made, request.outputs.size()); ++i) {
        const bool isNamed = i < request.outputs.size() && !request.outputs[i].empty();
        if (!isNamed && i >= made) {
            node.outputs.push_back(kNoValue);
            results.emplace_back();
            continue;
        }
        ValueInfo info;
        info.name = isNamed ? request.outputs[i] : "";
        const bool isDeclared = i < request.declared.size() && request.declared[i];
        const bool isKnown = i < types.size() && types[i].dtype != DType::Undefined && !areAssumed;
        if (i < types.size() && (isKnown || !isDeclared)) {
            info.type = types[i];
            info.isTypeAssumed = areAssumed;
        } else {
            info.type = isDeclared ? *request.declared[i] : assumedType(def, request, i);
            info.isTypeAssumed = !isDeclared;
        }
        results.push_back(builder.declare(std::move(info)));
        node.outputs.push_back(results.back().id());
    }
    const Origin origin = request.origin;
    const NodeId id = builder.addNode(std::move(node));
    builder.graph().editNode(id).origin = origin;
    results.resize(request.outputs.size());
    return results;
}

std::optional<std::vector<Value>> folded(GraphBuilder& builder, const NodeRequest& request,
                                         const std::vector<TensorType>& types, const Call& call)
{
    const bool isShapeOnly = request.op.is("Shape") || request.op.is("Size");
    if (!call.allConstant && !isShapeOnly)
        return std::nullopt;
    for (const TensorType& type : types)
        if (type.shape.count() > kFoldedElements)
            return std::nullopt;
    std::vector<Tensor> inputs;
    for (const Value& input : request.inputs) {
        if (!input.isPresent())
            inputs.emplace_back();
        else if (isShapeOnly) // only the sizes are asked for
            inputs.push_back(input.dtype() == DType::Undefined
                                 ? Tensor(TensorType{DType::UInt8, input.shape()})
                                 : Tensor(TensorType{input.dtype(), input.shape()}));
        else
            inputs.push_back(builder.graph().value(input.id()).content);
    }
    Result<std::vector<Tensor>> outputs =
        evaluate(request.op, request.attributes, inputs, request.outputs.size());
    if (!outputs)
        return std::nullopt;
    std::vector<Value> results;
    for (size_t i = 0; i < request.outputs.size(); ++i)
        results.push_back(i < outputs->size() && !request.outputs[i].empty()
                              ? builder.constant((*outputs)[i], request.outputs[i])
                              : Value());
    return results;
}

bool isOneOf(const std::vector<Value>& values, const Value& one)
{
    return one.isPresent() && std::any_of(values.begin(), values.end(),
                                          [&](const Value& each) { return each.id() == one.id(); });
}

std::optional<std::vector<Value>> expanded(GraphBuilder& builder, NodeRequest& request,
                                           const OpDef& def)
{
    Node node;
    node.op = request.op;
    node.attributes = request.attributes;
    node.origin = request.origin;
    node.origin.source = request.op.type;
    node.outputs.resize(request.outputs.size(), kNoValue); // how many are asked for
    // Operands of assumed types may pass the shape rule and still not fit inside.
    GraphBuilder attempt = builder;
    attempt.origin() = node.origin;
    std::vector<Value> operands;
    for (const Value& input : request.inputs)
        operands.push_back(input.isPresent() ? attempt.use(input.id()) : Value());
    Result<std::vector<Value>> results = def.expand(attempt, node, operands);
    for (size_t i = 0; results && i < results->size(); ++i)
        if (isOneOf(operands, (*results)[i])) // an operand passed on keeps its own name
            (*results)[i] = attempt.add("Identity", {(*results)[i]});
    if (results && attempt.error())
        results = Error(*attempt.error());
    if (!results) {
        request.problem = problemOf(results.error(), request.op.type, request.origin.name);
        return std::nullopt;
    }
    results->resize(request.outputs.size());
    for (Value& result : *results)
        if (result.isPresent())
            result = builder.use(result.id());
    for (size_t i = 0; i < request.outputs.size(); ++i)
        if ((*results)[i].isPresent() && !request.outputs[i].empty())
            builder.graph().editValue((*results)[i].id()).name = request.outputs[i];
    return std::move(*results);
}

}

std::shared_ptr<const NodeProblem> problemOf(const Error& error, const std::string& op,
                                             const std::string& name)
{
    NodeProblem problem;
    problem.kind = error.code == "dtype"         ? NodeProblem::Dtype
                   : error.code == "shape"       ? NodeProblem::Shape
                   : error.code == "unsupported" ? NodeProblem::Unsupported
                                                 : NodeProblem::Attribute;
    problem.message = fmt::format("{} '{}': {}.", op, name, error.message);
    problem.remedy = error.hint;
    return std::make_shared<const NodeProblem>(std::move(problem));
}

bool hasKnownTypes(const GraphBuilder& builder, const NodeRequest& request)
{
    const OpDef* def = operators().find(request.op);
    const Call call(builder.graph(), request);
    return def && ((def->evaluate && call.allConstant) || inferTypes(*def, call.on(request)));
}

std::vector<Value> placeNode(GraphBuilder& builder, NodeRequest request)
{
    const OpDef* def = operators().find(request.op);
    if (request.problem)
        return keepNode(builder, def, request, {});
    if (!def) {
        const std::string domain = request.op.domain.empty() ? "ai.onnx" : request.op.domain;
        request.problem = std::make_shared<const NodeProblem>(NodeProblem{
            NodeProblem::UnknownOp,
            fmt::format("'{}' is an op that Backstep does not know: {} of domain {}.",
                        request.origin.name, request.op.type, domain),
            "Everything around it is still checked. It cannot be computed, so a run stops there."});
        return keepNode(builder, def, request, {});
    }
    const Call call(builder.graph(), request);
    if (def->evaluate && call.allConstant)
        if (std::optional<std::vector<Value>> known = folded(builder, request, {}, call))
            return std::move(*known);
    Result<std::vector<TensorType>> types = inferTypes(*def, call.on(request));
    if (!types && !request.settled.empty())
        types = request.settled;
    // What does not fit an assumed type is no fault of the op; a function has to fit to be opened.
    if (!types && call.readsAssumed && !def->expand)
        return keepNode(builder, def, request, {});
    if (!types) {
        request.problem = problemOf(types.error(), request.op.type, request.origin.name);
        return keepNode(builder, def, request, {});
    }
    if (std::optional<std::vector<Value>> known = folded(builder, request, *types, call))
        return std::move(*known);
    if (def->expand) {
        if (std::optional<std::vector<Value>> values = expanded(builder, request, *def))
            return std::move(*values);
        return keepNode(builder, def, request, {});
    }
    return keepNode(builder, def, request, *types, call.readsAssumed);
}

}
