// Sequences and optionals while a model is read: lists of values, so that cotangents reach their
// elements and nothing of a sequence is left in the graph.

#include "engine/base/text.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace backstep {

namespace {

Error unsupported(std::string why)
{
    return {"unsupported", std::move(why)};
}

class SequenceReader
{
public:
    SequenceReader(OnnxReader& reader, const onnx::NodeProto& node, const NodeRequest& request,
                   OnnxScope& scope, GraphBuilder& builder)
        : m_reader(reader), m_node(node), m_request(request), m_scope(scope), m_builder(builder)
    {}

    Result<void> read()
    {
        const std::string& op = m_request.op.type;
        if (op == "Identity" || op == "Optional" || op == "OptionalGetElement") {
            m_scope.set(m_node.output(0), m_scope.named(m_node.input(0)));
            return {};
        }
        if (op == "OptionalHasElement") {
            const Tensor yes = Tensor::of<bool>({}, std::vector<bool>{true});
            m_scope.set(m_node.output(0), m_builder.constant(yes, m_node.output(0)).id());
            return {};
        }
        return op == "SplitToSequence"      ? split()
               : op == "ConcatFromSequence" ? join()
               : op == "SequenceMap"        ? map()
                                            : rearrange();
    }

private:
    /// The elements of an operand that is a list, or a sequence of constants.
    Result<std::vector<Value>> elements(const std::string& name)
    {
        std::vector<Value> values;
        if (const std::vector<ValueId>* list = m_scope.list(name)) {
            for (ValueId each : *list)
                values.push_back(m_builder.use(each));
            return values;
        }
        const ValueId id = m_scope.find(name);
        if (id == kNoValue || m_builder.graph().value(id).type.dtype != DType::Sequence)
            return unsupported(fmt::format("'{}' is no sequence", printable(name)));
        const Result<Tensor> content = m_reader.known(m_builder.graph(), id);
        if (!content)
            return content.error();
        for (const Tensor& each : content->elements())
            values.push_back(m_builder.constant(each));
        return values;
    }

    bool isList(const std::string& name) const
    {
        if (m_scope.list(name))
            return true;
        const ValueId id = m_scope.find(name);
        return id != kNoValue && m_builder.graph().value(id).type.dtype == DType::Sequence;
    }

    /// One node, placed; the values of its outputs.
    std::vector<Value> placed(OpName op, std::vector<Value> inputs, Attributes attributes,
                              std::vector<std::string> outputs)
    {
        NodeRequest request;
        request.op = std::move(op);
        request.inputs = std::move(inputs);
        request.attributes = std::move(attributes);
        request.outputs = std::move(outputs);
        request.origin = m_reader.originOf(m_node, m_reader.bodyLayer());
        request.origin.source = m_request.op.type;
        return placeNode(m_builder, std::move(request));
    }

    void setList(const std::string& name, const std::vector<Value>& values)
    {
        std::vector<ValueId> list;
        for (const Value& value : values)
            list.push_back(value.id());
        m_scope.setList(name, std::move(list));
    }

    /// Ops that put elements elsewhere: computed on numbers that stand for the values.
    Result<void> rearrange()
    {
        std::vector<Value> values;
        const auto tokenFor = [&](const Value& value) {
            values.push_back(value);
            return Tensor::of<int64_t>({}, {static_cast<int64_t>(values.size()) - 1});
        };
        const OpDef& def = *operators().find(m_request.op);
        std::vector<Tensor> inputs;
        for (int i = 0; i < m_node.input_size(); ++i) {
            const std::string& name = m_node.input(i);
            const Port* port = def.inputPort(static_cast<size_t>(i));
            if (name.empty()) {
                inputs.emplace_back();
            } else if (isList(name)) {
                Result<std::vector<Value>> list = elements(name);
                if (!list)
                    return list.takeError();
                std::vector<Tensor> tokens;
                for (const Value& each : *list)
                    tokens.push_back(tokenFor(each));
                inputs.push_back(Tensor::sequence(std::move(tokens)));
            } else if (port && port->name == "position") {
                Result<Tensor> position = m_reader.known(m_builder.graph(), m_scope.find(name));
                if (!position)
                    return position.takeError();
                inputs.push_back(std::move(*position));
            } else {
                inputs.push_back(tokenFor(m_builder.use(m_scope.find(name))));
            }
        }
        Result<std::vector<Tensor>> results = evaluate(m_request.op, m_request.attributes, inputs);
        if (!results)
            return unsupported(results.error().message);
        const Tensor& result = results->front();
        const std::string& output = m_node.output(0);
        const auto valueOf = [&](const Tensor& token) {
            return values.at(static_cast<size_t>(token.integer(0)));
        };
        if (m_request.op.type == "SequenceLength") {
            m_scope.set(output, m_builder.constant(result, output).id());
        } else if (result.dtype() == DType::Sequence) {
            std::vector<Value> list;
            for (const Tensor& token : result.elements())
                list.push_back(valueOf(token));
            setList(output, list);
        } else {
            m_scope.set(output, valueOf(result).id());
        }
        return {};
    }

    Result<void> split()
    {
        const Value x = m_builder.use(m_scope.find(m_node.input(0)));
        const Result<int> axis =
            normalizedAxis(m_request.attributes.integer("axis", 0), x.shape().rank());
        if (!axis)
            return unsupported(axis.error().message);
        // The parts' sizes are those of the same op on as many numbers.
        std::vector<int64_t> numbers(static_cast<size_t>(x.shape()[*axis]));
        std::vector<Tensor> inputs{Tensor::ints(numbers)};
        const bool isGiven = m_node.input_size() > 1 && !m_node.input(1).empty();
        if (isGiven) {
            Result<Tensor> sizes = m_reader.known(m_builder.graph(), m_scope.find(m_node.input(1)));
            if (!sizes)
                return sizes.takeError();
            inputs.push_back(std::move(*sizes));
        }
        Result<std::vector<Tensor>> parts = evaluate(m_request.op, {}, inputs);
        if (!parts)
            return unsupported(parts.error().message);
        std::vector<int64_t> sizes;
        std::vector<std::string> names;
        for (const Tensor& part : parts->front().elements()) {
            sizes.push_back(part.count());
            names.push_back(fmt::format("{}[{}]", m_node.output(0), names.size()));
        }
        std::vector<Value> values;
        if (!sizes.empty())
            values =
                placed({"Split"}, {x, m_builder.ints(sizes)}, {{"axis", int64_t{*axis}}}, names);
        if (!isGiven && m_request.attributes.integer("keepdims", 1) == 0)
            for (Value& value : values)
                value = placed({"Squeeze"}, {value, m_builder.ints({*axis})}, {},
                               {m_node.output(0) + " part"})
                            .front();
        setList(m_node.output(0), values);
        return {};
    }

    Result<void> join()
    {
        Result<std::vector<Value>> values = elements(m_node.input(0));
        if (!values)
            return values.takeError();
        if (values->empty())
            return unsupported("the sequence is empty");
        const int64_t axis = m_request.attributes.integer("axis", 0);
        if (m_request.attributes.integer("new_axis", 0) != 0)
            for (Value& value : *values)
                value = placed({"Unsqueeze"}, {value, m_builder.ints({axis})}, {},
                               {m_node.output(0) + " part"})
                            .front();
        m_scope.set(m_node.output(0),
                    placed({"Concat"}, std::move(*values), {{"axis", axis}}, {m_node.output(0)})
                        .front()
                        .id());
        return {};
    }

    /// The body for each element in turn; operands that are no sequence are the same for all.
    Result<void> map()
    {
        const onnx::GraphProto* body = bodyOf(m_node, "body");
        if (!body || body->input_size() != m_node.input_size() ||
            body->output_size() != m_node.output_size())
            return unsupported("its body's inputs and outputs do not fit the node");
        Result<std::vector<Value>> first = elements(m_node.input(0));
        if (!first)
            return first.takeError();
        OnnxScope around(&m_scope);
        if (Result<void> read = m_reader.readInitializers(*body, around, m_builder); !read)
            return read;
        std::vector<std::vector<Value>> results(static_cast<size_t>(m_node.output_size()));
        for (size_t n = 0; n < first->size(); ++n) {
            OnnxScope inside(&around);
            for (int i = 0; i < m_node.input_size(); ++i) {
                const std::string& name = m_node.input(i);
                if (!isList(name)) {
                    inside.set(body->input(i).name(), m_scope.find(name));
                    continue;
                }
                Result<std::vector<Value>> list = elements(name);
                if (!list || n >= list->size())
                    return unsupported("its sequences have different lengths");
                inside.set(body->input(i).name(), (*list)[n].id());
            }
            Result<std::vector<Named>> made = m_reader.readBody(*body, inside, m_builder);
            if (!made)
                return made.takeError();
            for (size_t i = 0; i < results.size(); ++i)
                results[i].push_back(m_builder.use((*made)[i].value));
        }
        for (int i = 0; i < m_node.output_size(); ++i)
            setList(m_node.output(i), results[static_cast<size_t>(i)]);
        return {};
    }

    OnnxReader& m_reader;
    const onnx::NodeProto& m_node;
    const NodeRequest& m_request;
    OnnxScope& m_scope;
    GraphBuilder& m_builder;
};

}

Result<bool> readSequenceOp(OnnxReader& reader, const onnx::NodeProto& node,
                            const NodeRequest& request, OnnxScope& scope, GraphBuilder& builder)
{
    static constexpr std::array names{"SequenceConstruct",  "SequenceAt",         "SequenceInsert",
                                      "SequenceErase",      "SequenceLength",     "SplitToSequence",
                                      "ConcatFromSequence", "SequenceMap",        "Optional",
                                      "OptionalGetElement", "OptionalHasElement", "Identity"};
    if (!request.op.domain.empty() || request.problem || node.output_size() == 0 ||
        std::none_of(names.begin(), names.end(),
                     [&](const char* name) { return request.op.type == name; }))
        return false;
    const auto isOpen = [&](const std::string& name) {
        if (name.empty() || scope.list(name))
            return !name.empty();
        const ValueId value = scope.find(name);
        return value != kNoValue && builder.graph().value(value).kind != ValueKind::Constant;
    };
    const bool hasList = std::any_of(node.input().begin(), node.input().end(),
                                     [&](const std::string& name) { return scope.list(name); });
    const bool hasOpen = std::any_of(node.input().begin(), node.input().end(), isOpen);
    if (!hasList && (!hasOpen || request.op.is("Identity")) && !request.op.is("SequenceMap"))
        return false; // constants alone are folded like those of any op
    if (Result<void> read = SequenceReader(reader, node, request, scope, builder).read(); !read)
        return read.takeError();
    return true;
}

}
