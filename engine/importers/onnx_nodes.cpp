// One ONNX node at a time: order, older forms, and placing.

#include "engine/base/text.h"
#include "engine/formats/onnx_file.h"
#include "engine/importers/given_forward.h"
#include "engine/importers/onnx_names.h"
#include "engine/importers/onnx_opsets.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/recurrent_layer.h"
#include "engine/ops/stop_gradient.h"

#include <fmt/format.h>

#include <algorithm>
#include <queue>
#include <unordered_map>

namespace backstep {

std::vector<std::string> readsOf(const onnx::NodeProto& node)
{
    std::vector<std::string> reads(node.input().begin(), node.input().end());
    for (const onnx::AttributeProto& attribute : node.attribute())
        if (attribute.has_g()) {
            const std::set<std::string> captured = capturedNames(attribute.g());
            reads.insert(reads.end(), captured.begin(), captured.end());
        } else if (node.domain() == kTrainingDomain && node.op_type() == "Gradient") {
            reads.push_back(attribute.s());
            reads.insert(reads.end(), attribute.strings().begin(), attribute.strings().end());
        }
    return reads;
}

Result<std::vector<const onnx::NodeProto*>> OnnxReader::ordered(const onnx::GraphProto& graph) const
{
    std::unordered_map<std::string, int> producers;
    for (int i = 0; i < graph.node_size(); ++i)
        for (const std::string& output : graph.node(i).output())
            if (!output.empty() && !producers.try_emplace(output, i).second)
                return Error{"duplicate-name",
                             fmt::format("Two nodes write the tensor '{}': '{}' and '{}'.",
                                         printable(output),
                                         printable(graph.node(producers[output]).name()),
                                         printable(graph.node(i).name()))};
    std::vector<int> waitsFor(static_cast<size_t>(graph.node_size()));
    std::vector<std::vector<int>> waiters(waitsFor.size());
    std::priority_queue<int, std::vector<int>, std::greater<>> ready; // keeps the file's order
    for (int i = 0; i < graph.node_size(); ++i) {
        std::set<int> before;
        for (const std::string& name : readsOf(graph.node(i)))
            if (const auto producer = producers.find(name); producer != producers.end())
                before.insert(producer->second);
        waitsFor[static_cast<size_t>(i)] = static_cast<int>(before.size());
        for (int each : before)
            waiters[static_cast<size_t>(each)].push_back(i);
        if (before.empty())
            ready.push(i);
    }
    std::vector<const onnx::NodeProto*> order;
    while (!ready.empty()) {
        const int i = ready.top();
        ready.pop();
        order.push_back(&graph.node(i));
        for (int waiter : waiters[static_cast<size_t>(i)])
            if (--waitsFor[static_cast<size_t>(waiter)] == 0)
                ready.push(waiter);
    }
    if (order.size() == waitsFor.size())
        return order;
    std::string names;
    for (int i = 0; i < graph.node_size(); ++i)
        if (waitsFor[static_cast<size_t>(i)] > 0 && names.size() < 200)
            names += (names.empty() ? "'" : ", '") + printable(graph.node(i).name()) + "'";
    return Error{"cyclic-graph", fmt::format("The nodes {} feed each other in a cycle.", names),
                 "A graph must be free of cycles; a recurrence is written as Scan, Loop or LSTM."};
}

/// PyTorch's exporter notes the graph node that an ONNX node was made of, such as
/// "%floor_divide : [...] = call_function[target=torch.ops.aten.floor_divide.default](args = ...".
std::shared_ptr<const SourceOp> OnnxReader::sourceOpOf(const onnx::NodeProto& node)
{
    constexpr std::string_view kTarget = "[target=torch.ops.aten.";
    for (const onnx::StringStringEntryProto& entry : node.metadata_props()) {
        if (entry.key() != "pkg.torch.onnx.fx_node")
            continue;
        const std::string& text = entry.value();
        const size_t target = text.find(kTarget);
        const size_t begin = target == std::string::npos ? text.size() : target + kTarget.size();
        const size_t end = text.find(']', begin);
        if (end == std::string::npos)
            return {};
        std::shared_ptr<const SourceOp>& known = m_sourceOps[text.substr(0, text.find(' '))];
        if (!known)
            known = std::make_shared<const SourceOp>(
                SourceOp{"pytorch", printable(text.substr(begin, end - begin))});
        return known;
    }
    return {};
}

Origin OnnxReader::originOf(const onnx::NodeProto& node, const std::string& bodyLayer)
{
    Origin origin;
    const std::string given = printable(node.name());
    origin.name = uniqueName(given.empty() ? lowered(node.op_type()) : given);
    origin.layer = printable(layerOf(node, m_commonPrefix));
    if (origin.layer.empty())
        origin.layer = bodyLayer;
    origin.sourceOp = sourceOpOf(node);
    if (!origin.sourceOp)
        origin.sourceOp = m_sourceOp;
    return origin;
}

namespace {

/// The layer of a recurrent op whose name tells none: its input's layer, if that is named after the
/// op, else the op's own name in lower case.
std::string recurrentLayer(const Graph& graph, const NodeRequest& request)
{
    const std::string word = lowered(request.op.type);
    if (!request.inputs.empty() && request.inputs[0].isPresent()) {
        const NodeId producer = graph.value(request.inputs[0].id()).producer;
        if (producer != kNoNode &&
            graph.node(producer).origin.layer.find(word) != std::string::npos)
            return graph.node(producer).origin.layer;
    }
    return word;
}

}

Result<std::vector<Named>> OnnxReader::readBody(const onnx::GraphProto& body, OnnxScope& inside,
                                                GraphBuilder& builder)
{
    Result<std::vector<const onnx::NodeProto*>> nodes = ordered(body);
    if (!nodes)
        return nodes.takeError();
    for (const onnx::NodeProto* node : *nodes)
        if (Result<void> read = readNode(*node, inside, builder); !read)
            return read.takeError();
    std::vector<Named> outputs;
    for (const onnx::ValueInfoProto& output : body.output()) {
        outputs.push_back(inside.named(output.name()));
        if (outputs.back().value == kNoValue && !outputs.back().list)
            return Error{"missing-value", fmt::format("The body's output '{}' is made by no node.",
                                                      printable(output.name()))};
    }
    return outputs;
}

/// A list becomes a sequence again where an op that knows no lists reads it.
ValueId OnnxReader::valueOf(const std::string& name, OnnxScope& scope, GraphBuilder& builder)
{
    const std::vector<ValueId>* list = scope.list(name);
    if (!list)
        return scope.find(name);
    NodeRequest request;
    request.op = {"SequenceConstruct"};
    for (ValueId each : *list)
        request.inputs.push_back(builder.use(each));
    request.outputs = {name};
    request.origin.name = uniqueName(printable(name));
    request.origin.layer = m_bodyLayer;
    return placeNode(builder, std::move(request)).front().id();
}

namespace {

void setResults(const std::vector<std::string>& names, const std::vector<Value>& results,
                OnnxScope& scope)
{
    for (size_t i = 0; i < names.size(); ++i)
        if (!names[i].empty() && results[i].isPresent())
            scope.set(names[i], results[i].id());
}

/// A cast to floats reads what stands for an integer, where something does; else kNoValue.
ValueId standInFor(const NodeRequest& request, const std::string& name, const OnnxScope& scope)
{
    const bool isCast = request.op.is("Cast");
    const auto to = static_cast<DType>(isCast ? request.attributes.integer("to", 0) : 0);
    return isCast && isFloating(to) ? scope.findSoft(name) : kNoValue;
}

}

namespace {

/// A cut on purpose has this name in every framework, and no other meaning.
bool isStopGradient(const onnx::NodeProto& node)
{
    return node.op_type() == kStopGradient && node.input_size() == 1 && node.output_size() == 1;
}

/// What carries no gradient is only handed on.
OpName stopGradientFor(const Value& x)
{
    if (x.isPresent() && !isFloating(x.dtype()))
        return {"Identity"};
    return stopGradientOp();
}

}

Result<void> OnnxReader::readNode(const onnx::NodeProto& node, OnnxScope& scope,
                                  GraphBuilder& builder)
{
    NodeRequest request;
    request.op = {node.op_type(), node.domain() == "ai.onnx" ? "" : node.domain()};
    request.origin = originOf(node, m_bodyLayer);
    Result<Attributes> attributes = attributesOf(node);
    if (!attributes)
        return attributes.takeError();
    request.attributes = std::move(*attributes);
    const ForwardChoice* forward = forwardFor(request);
    const onnx::FunctionProto* function =
        forward || isStopGradient(node) ? nullptr : functionFor(node);
    const bool isGradient = request.op == OpName{"Gradient", std::string(kTrainingDomain)};
    if (function || isGradient || request.op.is("Loop") || request.op.is("Scan") ||
        request.op.is("If")) {
        Result<void> read =
            function                ? readCall(*function, node, scope, builder)
            : isGradient            ? readGradient(*this, node, request.attributes, scope, builder)
            : request.op.is("If")   ? readIf(*this, node, scope, builder)
            : request.op.is("Loop") ? readLoop(*this, node, scope, builder)
            : hasBatchAxis(node, m_opset) ? readBatchedScan(*this, node, scope, builder)
                                          : readScan(*this, node, scope, builder);
        if (read || read.error().code != "unsupported")
            return read;
        request.problem = problemOf(read.error(), request.op.type, request.origin.name);
    }
    if (!forward) {
        const Result<bool> isDone = readSequenceOp(*this, node, request, scope, builder);
        if (!isDone && isDone.error().code != "unsupported")
            return isDone.error();
        if (isDone && *isDone)
            return {};
        if (!isDone)
            request.problem = problemOf(isDone.error(), request.op.type, request.origin.name);
    }
    for (const std::string& name : readsOf(node)) {
        ValueId value = name.empty() ? kNoValue : standInFor(request, name, scope);
        if (!name.empty() && value == kNoValue)
            value = valueOf(name, scope, builder);
        if (!name.empty() && value == kNoValue && !scope.isOwn(name) && !request.problem)
            request.problem = problemOf(
                {"attribute",
                 fmt::format("it reads '{}', which nothing in the file defines", printable(name)),
                 "The file lacks an initializer or an input of that name."},
                request.op.type, request.origin.name);
        request.inputs.push_back(value == kNoValue ? Value() : builder.use(value));
    }
    for (const std::string& name : node.output()) {
        request.outputs.push_back(name);
        const auto declared = m_declared.find(name);
        request.declared.push_back(declared == m_declared.end()
                                       ? std::nullopt
                                       : std::optional<TensorType>(declared->second));
    }
    if (isRecurrentLayer(request.op) && request.origin.layer.empty())
        request.origin.layer = recurrentLayer(builder.graph(), request);
    if (isIgnoredCast(node, request))
        m_result.ignoredCasts.push_back(request.origin.name);
    if (forward)
        return readGiven(*forward, std::move(request), scope, builder);
    if (isStopGradient(node))
        request.op = stopGradientFor(request.inputs.front());
    const std::vector<std::string> outputs = request.outputs;
    adaptToNewest(request, m_opset, builder);
    settleByData(request, builder);
    setResults(outputs, placeNode(builder, std::move(request)), scope);
    return {};
}

}
