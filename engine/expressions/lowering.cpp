#include "engine/expressions/expression.h"

#include "engine/expressions/form_reader.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

#include <set>

namespace backstep {

namespace {

/// Numbers and booleans take the dtype of x, or of dy, or of any floating tensor there is.
DType referenceOf(const OpValues& op)
{
    for (const std::vector<Value>* values : {&op.inputs, &op.cotangents, &op.outputs})
        for (const Value& value : *values)
            if (value.isPresent() && isFloating(value.dtype()))
                return value.dtype();
    for (const auto& [name, value] : op.more)
        if (value.isPresent() && isFloating(value.dtype()))
            return value.dtype();
    return DType::Float32;
}

/// x, x0, y, dy and the op's own names, in the globals of a text.
void bindNames(const OpValues& op, Environment& globals)
{
    const auto bind = [&globals](const std::string& name, const Value& value) {
        globals.names[name] = {value, 0, true};
    };
    const auto bindAll = [&bind](const std::string& name, const std::vector<Value>& values) {
        for (size_t i = 0; i < values.size(); ++i)
            bind(name + std::to_string(i), values[i]);
        if (!values.empty())
            bind(name, values.front());
    };
    for (const auto& [name, value] : op.more) // the op's own names come before those of weights
        bind(name, value);
    bindAll("x", op.inputs);
    bindAll("y", op.outputs);
    bindAll("dy", op.cotangents);
    for (size_t i = 0; i < op.inputs.size(); ++i)
        bind(op.inputNames[i], op.inputs[i]);
}

/// Takes away what a text computed on the way and nothing reads: a forward that was followed only
/// for what it keeps.
void removeUnread(GraphBuilder& builder, size_t firstNode, const std::vector<Value>& results)
{
    Graph& graph = builder.graph();
    std::set<ValueId> read;
    for (const Value& result : results)
        if (result.isPresent())
            read.insert(result.id());
    const std::vector<NodeId> nodes = graph.region(builder.region()).nodes;
    for (size_t i = nodes.size(); i-- > firstNode;) {
        const Node& node = graph.node(nodes[i]);
        bool isRead = false;
        for (const ValueId output : node.outputs)
            isRead = isRead || read.contains(output);
        if (isRead)
            read.insert(node.inputs.begin(), node.inputs.end());
        else
            graph.removeNode(nodes[i]);
    }
}

bool isConstant(const Value& value)
{
    return value.builder().graph().value(value.id()).kind == ValueKind::Constant;
}

/// One run of a text: everything that lowering it needs.
class Lowering
{
public:
    Lowering(const Expression& expression, const OpValues& op, GraphBuilder& builder)
        : m_op(op), m_builder(builder), m_operands(builder, referenceOf(op)),
          m_interpreter(expression.syntax(), m_operands), m_reader(expression, op, m_interpreter),
          m_firstNode(builder.graph().region(builder.region()).nodes.size())
    {
        bindNames(op, m_interpreter.globals());
    }

    Result<LoweredGradient> gradient()
    {
        const std::vector<std::optional<TextResult>> given = m_reader.gradients();
        LoweredGradient lowered;
        for (size_t i = 0; i < given.size(); ++i)
            lowered.cotangents.push_back(
                given[i] && !m_interpreter.error() ? fitted(*given[i], i, lowered.notes) : Value());
        return finished(lowered, lowered.cotangents);
    }

    Result<std::vector<Value>> forward(size_t outputCount)
    {
        m_operands.setForward(&m_op.more);
        const TextResult result = m_reader.forward();
        const PythonTuple* tuple = result.value.as<PythonTuple>();
        const std::vector<PythonValue> items =
            tuple ? tuple->items : std::vector<PythonValue>{result.value};
        if (items.size() != outputCount)
            m_interpreter.fail(
                result.column,
                fmt::format("The text computes {} and the op has {}", items.size(), outputCount),
                "Give one value for each output, separated by commas.");
        return tensors(items, result.column);
    }

    Result<std::vector<Value>> results()
    {
        std::vector<Value> values;
        for (const TextResult& given : m_reader.results())
            values.push_back(!given.value.isNone() && !m_interpreter.error()
                                 ? tensor(given.value, given.column)
                                 : Value());
        return finished(values, values);
    }

private:
    Result<std::vector<Value>> tensors(const std::vector<PythonValue>& items, int column)
    {
        std::vector<Value> values;
        for (const PythonValue& item : items)
            values.push_back(m_interpreter.error() ? Value() : tensor(item, column));
        return finished(values, values);
    }

    Value tensor(const PythonValue& value, int column)
    {
        const Value made = m_operands.tensor(value);
        m_interpreter.takeBuilderError(column);
        return made;
    }

    template<class T> Result<T> finished(const T& result, const std::vector<Value>& values)
    {
        if (m_interpreter.error())
            return *m_interpreter.error();
        removeUnread(m_builder, m_firstNode, values);
        return result;
    }

    /// The cotangent in the input's shape and dtype (SEMANTICS R15).
    Value fitted(const TextResult& given, size_t input, std::vector<std::string>& notes)
    {
        if (given.value.isNone())
            return {};
        const TensorType wanted = m_op.inputs[input].type();
        const std::string name = "d" + m_op.inputNames[input];
        if (!isFloating(wanted.dtype)) {
            m_interpreter.fail(given.column,
                               fmt::format("{} is given and '{}' is {}, which carries no gradient",
                                           name, m_op.inputNames[input], nameOf(wanted.dtype)),
                               "Give None for it.");
            return {};
        }
        if (const PythonTuple* one = given.value.as<PythonTuple>(); one && one->items.size() == 1)
            return fitted({one->items.front(), given.column}, input, notes); // `dx = dy * x,`
        if (const PythonNumber* number = given.value.as<PythonNumber>())
            return filled(m_builder, number->value, wanted.dtype, wanted.shape);
        Value value = tensor(given.value, given.column);
        if (!value.isPresent())
            return {};
        const Result<Shape> common = broadcastShapes(value.shape(), wanted.shape);
        if (common && *common == wanted.shape && isConstant(value))
            return castTo(expandedTo(value, wanted.shape), wanted.dtype);
        if (!common || !(*common == value.shape())) {
            m_interpreter.fail(given.column,
                               fmt::format("{} is {} and the input {}; a gradient must have its "
                                           "input's shape",
                                           name, value.shape().text(), wanted.shape.text()),
                               common ? "Add `+ tf.zeros_like(" + m_op.inputNames[input] + ")`."
                                      : "");
            return {};
        }
        return fittedType(value, wanted, name, notes);
    }

    Value fittedType(Value value, const TensorType& wanted, const std::string& name,
                     std::vector<std::string>& notes)
    {
        if (!(value.shape() == wanted.shape)) {
            notes.push_back(fmt::format("{} is {} by broadcasting; it is summed to the input's {}.",
                                        name, value.shape().text(), wanted.shape.text()));
            value = unbroadcast(value, wanted.shape);
        }
        if (value.isPresent() && value.dtype() != wanted.dtype) {
            if (isFloating(value.dtype()))
                notes.push_back(fmt::format("{} is {}; it is cast to the input's {}.", name,
                                            nameOf(value.dtype()), nameOf(wanted.dtype)));
            value = castTo(value, wanted.dtype);
        }
        return value;
    }

    const OpValues& m_op;
    GraphBuilder& m_builder;
    Operands m_operands;
    Interpreter m_interpreter;
    FormReader m_reader;
    size_t m_firstNode;
};

}

Result<Expression> parse(std::string_view text)
{
    Result<Syntax> syntax = parseSyntax(text);
    if (!syntax)
        return syntax.takeError();
    auto kept = std::make_shared<const Syntax>(std::move(*syntax));
    const Result<PastedForm> form = recognised(*kept);
    if (!form)
        return form.error();
    return Expression(std::move(kept), *form);
}

Result<LoweredGradient> lowerGradient(const Expression& expression, const OpValues& op,
                                      GraphBuilder& builder)
{
    return Lowering(expression, op, builder).gradient();
}

Result<std::vector<Value>> lowerForward(const Expression& expression, const OpValues& op,
                                        size_t outputCount, GraphBuilder& builder)
{
    return Lowering(expression, op, builder).forward(outputCount);
}

Result<std::vector<Value>> lower(const Expression& expression, const Bindings& bindings,
                                 GraphBuilder& builder)
{
    OpValues op;
    op.more = bindings;
    if (const auto x = bindings.find("x"); x != bindings.end()) {
        op.inputNames = {"x"};
        op.inputs = {x->second};
    }
    if (const auto dy = bindings.find("dy"); dy != bindings.end())
        op.cotangents = {dy->second};
    return Lowering(expression, op, builder).results();
}

}
