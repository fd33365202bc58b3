// What is read in the place where it is called: the taken branch of an If whose condition is known,
// the iterations of a Loop whose operands are all known, and functions of the model.

#include "engine/base/text.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// More iterations are no model but a mistake.
constexpr int64_t kMostUnrolled = 10'000;
constexpr int kDeepestCall = 32;

const Tensor* knownContent(const Graph& graph, ValueId id)
{
    if (id == kNoValue || graph.value(id).kind != ValueKind::Constant)
        return nullptr;
    return &graph.value(id).content;
}

Result<std::vector<ValueId>> readBody(OnnxReader& reader, const onnx::GraphProto& body,
                                      OnnxScope& inside, GraphBuilder& builder)
{
    if (Result<void> read = reader.readInitializers(body, inside, builder); !read)
        return read.takeError();
    Result<std::vector<const onnx::NodeProto*>> nodes = reader.ordered(body);
    if (!nodes)
        return nodes.takeError();
    for (const onnx::NodeProto* node : *nodes)
        if (Result<void> read = reader.readNode(*node, inside, builder); !read)
            return read.takeError();
    std::vector<ValueId> outputs;
    for (const onnx::ValueInfoProto& output : body.output()) {
        outputs.push_back(inside.find(output.name()));
        if (outputs.back() == kNoValue && !output.name().empty())
            return Error{"missing-value", fmt::format("The body's output '{}' is made by no node.",
                                                      printable(output.name()))};
    }
    return outputs;
}

/// Everything that the node and its body read is a constant.
bool isKnown(const onnx::NodeProto& node, const onnx::GraphProto& body, OnnxScope& scope,
             const Graph& graph)
{
    std::set<std::string> names = capturedNames(body);
    names.insert(node.input().begin(), node.input().end());
    names.erase("");
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return knownContent(graph, scope.find(name)) != nullptr;
    });
}

/// The values of all iterations along a new first axis.
Result<Tensor> stacked(const std::vector<Tensor>& rows)
{
    std::vector<Tensor> parts;
    for (const Tensor& row : rows) {
        Shape shape = row.shape();
        if (shape.rank() == kMaxRank)
            return Error{"unsupported", "its stacked result has too high a rank"};
        shape.insert(0, 1);
        parts.push_back(row.reshaped(shape));
    }
    Result<std::vector<Tensor>> joined = evaluate({"Concat"}, {{"axis", int64_t{0}}}, parts);
    if (!joined)
        return joined.takeError();
    return joined->front();
}

}

Result<void> readIf(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                    GraphBuilder& builder)
{
    const Tensor* condition =
        node.input_size() == 1 ? knownContent(builder.graph(), scope.find(node.input(0))) : nullptr;
    if (!condition || condition->count() != 1)
        return Error{"unsupported", "its condition is computed while the graph runs"};
    const onnx::GraphProto* body =
        bodyOf(node, condition->integer(0) != 0 ? "then_branch" : "else_branch");
    if (!body || body->output_size() != node.output_size())
        return Error{"unsupported", "its branch's outputs do not fit the node"};
    OnnxScope inside(&scope);
    Result<std::vector<ValueId>> outputs = readBody(reader, *body, inside, builder);
    if (!outputs)
        return outputs.takeError();
    for (int i = 0; i < node.output_size(); ++i)
        scope.set(node.output(i), (*outputs)[static_cast<size_t>(i)]);
    return {};
}

Result<bool> unrollLoop(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                        GraphBuilder& builder)
{
    const onnx::GraphProto* body = bodyOf(node, "body");
    if (!body || node.input_size() < 2 || body->input_size() != node.input_size() ||
        body->output_size() < node.input_size() - 1 ||
        node.output_size() > body->output_size() - 1 ||
        !isKnown(node, *body, scope, builder.graph()))
        return false;
    const auto carries = static_cast<size_t>(node.input_size()) - 2;
    const Graph& graph = builder.graph();
    int64_t limit = INT64_MAX;
    bool goesOn = true;
    if (!node.input(0).empty())
        limit = knownContent(graph, scope.find(node.input(0)))->integer(0);
    if (!node.input(1).empty())
        goesOn = knownContent(graph, scope.find(node.input(1)))->integer(0) != 0;
    std::vector<ValueId> state;
    for (size_t i = 0; i < carries; ++i)
        state.push_back(scope.find(node.input(static_cast<int>(i) + 2)));
    const size_t stackedCount = static_cast<size_t>(body->output_size()) - 1 - carries;
    std::vector<std::vector<Tensor>> rows(stackedCount);
    int64_t iteration = 0;
    for (; goesOn && iteration < limit; ++iteration) {
        if (iteration == kMostUnrolled)
            return Error{"unsupported",
                         fmt::format("it runs for more than {} iterations", kMostUnrolled)};
        OnnxScope inside(&scope);
        inside.set(body->input(0).name(),
                   builder.constant(Tensor::of<int64_t>({}, {iteration})).id());
        inside.set(body->input(1).name(),
                   builder.constant(Tensor::of<bool>({}, std::vector<bool>{true})).id());
        for (size_t i = 0; i < carries; ++i)
            inside.set(body->input(static_cast<int>(i) + 2).name(), state[i]);
        Result<std::vector<ValueId>> made = readBody(reader, *body, inside, builder);
        if (!made)
            return made.takeError();
        for (ValueId value : *made)
            if (!knownContent(graph, value))
                return Error{"unsupported", "its body cannot be computed beforehand"};
        goesOn = knownContent(graph, made->front())->integer(0) != 0;
        std::copy_n(made->begin() + 1, carries, state.begin());
        for (size_t i = 0; i < stackedCount; ++i)
            rows[i].push_back(*knownContent(graph, (*made)[1 + carries + i]));
    }
    if (iteration == 0 && stackedCount > 0)
        return false; // the stacked type is not known from values; a Scan of no timesteps has it
    for (int i = 0; i < node.output_size(); ++i) {
        const auto index = static_cast<size_t>(i);
        if (node.output(i).empty())
            continue;
        if (index < carries) {
            scope.set(node.output(i), state[index]);
            continue;
        }
        Result<Tensor> whole = stacked(rows[index - carries]);
        if (!whole)
            return whole.takeError();
        scope.set(node.output(i), builder.constant(std::move(*whole), node.output(i)).id());
    }
    return true;
}

namespace {

/// The node with attributes that name one of the function's replaced by what the call gives.
void bindAttributes(onnx::NodeProto& node, const onnx::NodeProto& call,
                    const onnx::FunctionProto& function)
{
    const auto given = [&](const std::string& name) -> const onnx::AttributeProto* {
        for (const onnx::AttributeProto& each : call.attribute())
            if (each.name() == name)
                return &each;
        for (const onnx::AttributeProto& each : function.attribute_proto())
            if (each.name() == name)
                return &each;
        return nullptr;
    };
    for (int i = node.attribute_size() - 1; i >= 0; --i) {
        onnx::AttributeProto& attribute = *node.mutable_attribute(i);
        if (attribute.has_g())
            for (onnx::NodeProto& inner : *attribute.mutable_g()->mutable_node())
                bindAttributes(inner, call, function);
        if (!attribute.has_ref_attr_name() || attribute.ref_attr_name().empty())
            continue;
        const std::string name = attribute.name();
        if (const onnx::AttributeProto* value = given(attribute.ref_attr_name())) {
            attribute = *value;
            attribute.set_name(name);
        } else {
            node.mutable_attribute()->DeleteSubrange(i, 1);
        }
    }
}

}

const onnx::FunctionProto* OnnxReader::functionFor(const onnx::NodeProto& node) const
{
    for (const onnx::FunctionProto& function : m_model.functions())
        if (function.name() == node.op_type() && function.domain() == node.domain() &&
            function.overload() == node.overload())
            return &function;
    return nullptr;
}

Result<void> OnnxReader::readCall(const onnx::FunctionProto& function, const onnx::NodeProto& call,
                                  OnnxScope& scope, GraphBuilder& builder)
{
    if (m_callDepth == kDeepestCall)
        return Error{"unsupported", "functions call each other too deeply, or in a cycle"};
    if (call.input_size() > function.input_size() || call.output_size() > function.output_size())
        return Error{"unsupported", fmt::format("the function takes {} inputs and gives {} outputs",
                                                function.input_size(), function.output_size())};
    OnnxScope inside; // a function sees nothing around it
    for (int i = 0; i < function.input_size(); ++i) {
        const std::string given = i < call.input_size() ? call.input(i) : "";
        const ValueId value = given.empty() ? kNoValue : scope.find(given);
        if (!given.empty() && value == kNoValue && !scope.isOwn(given))
            return Error{"unsupported", fmt::format("it reads '{}', which nothing in the file "
                                                    "defines",
                                                    printable(given))};
        inside.set(function.input(i), value);
    }
    onnx::GraphProto body;
    for (const onnx::NodeProto& node : function.node()) {
        onnx::NodeProto& own = *body.add_node();
        own = node;
        bindAttributes(own, call, function);
    }
    const int64_t outerOpset = m_opset;
    for (const onnx::OperatorSetIdProto& opset : function.opset_import())
        if (opset.domain().empty() || opset.domain() == "ai.onnx")
            m_opset = opset.version();
    ++m_callDepth;
    Result<std::vector<ValueId>> made = readBody(*this, body, inside, builder);
    --m_callDepth;
    m_opset = outerOpset;
    if (!made)
        return made.takeError();
    for (int i = 0; i < call.output_size(); ++i) {
        const ValueId value = inside.find(function.output(i));
        if (value == kNoValue)
            return Error{"missing-value",
                         fmt::format("The function's output '{}' is made by no node.",
                                     printable(function.output(i)))};
        if (!call.output(i).empty())
            scope.set(call.output(i), value);
    }
    return {};
}

}
