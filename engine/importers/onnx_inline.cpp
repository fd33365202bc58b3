// What is read in the place where it is called: the taken branch of an If, and functions of the
// model.

#include "engine/base/text.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/branch_op.h"

#include <fmt/format.h>

namespace backstep {

namespace {

constexpr int kDeepestCall = 32;

/// Floating values that a body reads from around it, and its own weights: what would get a
/// cotangent if it ran.
Result<std::vector<Value>> learnable(OnnxReader& reader, const onnx::GraphProto& body,
                                     OnnxScope& scope, GraphBuilder& builder)
{
    OnnxScope inside(&scope);
    if (Result<void> read = reader.readInitializers(body, inside, builder); !read)
        return read.takeError();
    std::set<std::string> names = capturedNames(body);
    for (const onnx::TensorProto& tensor : body.initializer())
        names.insert(tensor.name());
    std::vector<Value> values;
    for (const std::string& name : names) {
        const ValueId id = inside.find(name);
        if (id != kNoValue && isFloating(builder.graph().value(id).type.dtype) &&
            builder.graph().value(id).kind != ValueKind::Constant)
            values.push_back(builder.use(id));
    }
    return values;
}

}

Result<void> readIf(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                    GraphBuilder& builder)
{
    const ValueId decides = node.input_size() == 1 ? scope.find(node.input(0)) : kNoValue;
    const Result<Tensor> condition = reader.known(builder.graph(), decides);
    if (!condition || condition->count() != 1)
        return Error{"unsupported", "its condition is computed while the graph runs"};
    const bool isTrue = condition->integer(0) != 0;
    const onnx::GraphProto* taken = bodyOf(node, isTrue ? "then_branch" : "else_branch");
    const onnx::GraphProto* other = bodyOf(node, isTrue ? "else_branch" : "then_branch");
    if (!taken || taken->output_size() != node.output_size())
        return Error{"unsupported", "its branch's outputs do not fit the node"};
    OnnxScope inside(&scope);
    if (Result<void> read = reader.readInitializers(*taken, inside, builder); !read)
        return read;
    Result<std::vector<Named>> outputs = reader.readBody(*taken, inside, builder);
    if (!outputs)
        return outputs.takeError();
    std::vector<Value> untaken;
    const bool byData = builder.graph().value(decides).kind != ValueKind::Constant;
    if (byData) {
        reader.assume(fmt::format("If '{}': its {} is read, which the data at hand take",
                                  printable(node.name().empty() ? node.output(0) : node.name()),
                                  isTrue ? "then_branch" : "else_branch"));
        if (other) {
            Result<std::vector<Value>> values = learnable(reader, *other, scope, builder);
            if (!values)
                return values.takeError();
            untaken = std::move(*values);
        }
    }
    for (int i = 0; i < node.output_size(); ++i) {
        Named& result = outputs->at(static_cast<size_t>(i));
        if (byData && !result.list && isFloating(builder.graph().value(result.value).type.dtype)) {
            NodeRequest request;
            request.op = {std::string(kBranch), std::string(kHelperDomain)};
            request.attributes = {{std::string(kTaken), int64_t{isTrue}}};
            request.inputs = {builder.use(result.value), builder.use(decides)};
            request.inputs.insert(request.inputs.end(), untaken.begin(), untaken.end());
            request.outputs = {node.output(i)};
            request.origin = reader.originOf(node, reader.bodyLayer());
            request.origin.source = "If";
            result.value = placeNode(builder, std::move(request)).front().id();
        }
        scope.set(node.output(i), std::move(result));
    }
    return {};
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
        const Named value = given.empty() ? Named{} : scope.named(given);
        if (!given.empty() && value.value == kNoValue && !value.list && !scope.isOwn(given))
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
    Result<std::vector<Named>> made = readBody(body, inside, builder);
    --m_callDepth;
    m_opset = outerOpset;
    if (!made)
        return made.takeError();
    for (int i = 0; i < call.output_size(); ++i) {
        const Named value = inside.named(function.output(i));
        if (value.value == kNoValue && !value.list)
            return Error{"missing-value",
                         fmt::format("The function's output '{}' is made by no node.",
                                     printable(function.output(i)))};
        if (!call.output(i).empty())
            scope.set(call.output(i), value);
    }
    return {};
}

}
