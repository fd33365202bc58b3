#include "engine/expressions/expression.h"

#include "engine/base/text.h"
#include "engine/expressions/lexer.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace backstep {

namespace {

/// What frameworks call the cotangent and the input, where the op has no input of that name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kAliases{{
    {"grad_output", "dy"},
    {"grad", "dy"},
    {"upstream", "dy"},
    {"dout", "dy"},
    {"g", "dy"},
    {"input", "x"},
    {"inputs", "x"},
}};

/// Operators as typed, as ONNX calls them; != is Equal and Not.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kOperators{{
    {"+", "Add"},
    {"-", "Sub"},
    {"*", "Mul"},
    {"/", "Div"},
    {"**", "Pow"},
    {"<", "Less"},
    {"<=", "LessOrEqual"},
    {">", "Greater"},
    {">=", "GreaterOrEqual"},
    {"==", "Equal"},
    {"!=", "NotEqual"},
    {"&", "And"},
    {"|", "Or"},
}};

std::string onnxOperator(std::string_view typed)
{
    for (const auto& [symbol, op] : kOperators)
        if (symbol == typed)
            return std::string(op);
    return {};
}

class Lowering
{
public:
    Lowering(const Expression& expression, const Bindings& bindings, GraphBuilder& builder)
        : m_expression(expression), m_bindings(bindings), m_builder(builder),
          m_values(expression.terms.size())
    {}

    Result<std::vector<Value>> all()
    {
        if (!findReference())
            return Error{"expression", "There is no floating tensor that the expression could use.",
                         "A gradient needs a floating input or cotangent."};
        // Terms stand after their operands, so no recursion is needed.
        for (size_t i = 0; i < m_values.size() && !m_error; ++i) {
            m_term = &m_expression.terms[i];
            m_values[i] = valueOf(*m_term);
            if (!m_error && m_builder.error())
                fail(m_builder.error()->message, m_builder.error()->hint);
        }
        if (m_error)
            return *m_error;
        std::vector<Value> results;
        for (const ExpressionPart& part : m_expression.parts) {
            const Value& value = m_values[part.term];
            results.push_back(value.isPresent() ? asReference(value) : value);
        }
        return results;
    }

private:
    /// Numbers and booleans take the dtype of x, or of dy, or of any floating tensor there is.
    bool findReference()
    {
        const auto take = [this](const Value& value) {
            if (!m_reference.isPresent() && value.isPresent() && isFloating(value.dtype()))
                m_reference = value;
        };
        for (const char* name : {"x", "dy"})
            if (const auto bound = m_bindings.find(name); bound != m_bindings.end())
                take(bound->second);
        for (const auto& [name, value] : m_bindings)
            take(value);
        return m_reference.isPresent();
    }

    Value valueOf(const Term& term)
    {
        switch (term.kind) {
        case Term::Kind::Number:
            return m_builder.scalar(term.number, m_reference);
        case Term::Kind::Name:
            return named(term);
        case Term::Kind::None:
            return {};
        case Term::Kind::Unary:
            return term.text == "~" ? m_builder.add("Not", {asBool(operand(0))})
                                    : m_builder.add("Neg", {asReference(operand(0))});
        case Term::Kind::Binary:
            return applied(onnxOperator(term.text));
        case Term::Kind::Call:
            return applied(term.text);
        }
        return {};
    }

    Value named(const Term& term)
    {
        auto bound = m_bindings.find(term.text);
        for (const auto& [alias, name] : kAliases)
            if (bound == m_bindings.end() && term.text == alias)
                bound = m_bindings.find(std::string(name));
        if (bound == m_bindings.end()) {
            std::vector<std::string> known;
            for (const auto& [name, value] : m_bindings)
                known.push_back(name);
            const std::string near = closestWord(term.text, known);
            fail(fmt::format("'{}' is not known here; expected one of {}", term.text,
                             join(known, ", ")),
                 near.empty() ? "" : "Did you mean '" + near + "'?");
            return {};
        }
        if (!bound->second.isPresent()) {
            fail(fmt::format("'{}' is an optional input that this op does not have", term.text));
            return {};
        }
        const DType dtype = bound->second.dtype();
        if (!numbers.has(dtype) && !booleans.has(dtype) && !isFloating(dtype))
            fail(fmt::format("'{}' is {}; expected a tensor of numbers", term.text, nameOf(dtype)));
        return bound->second;
    }

    Value applied(const std::string& op)
    {
        if (op == "And" || op == "Or")
            return m_builder.add(op, {asBool(operand(0)), asBool(operand(1))});
        if (op == "Where")
            return m_builder.add(
                "Where", {asBool(operand(0)), asReference(operand(1)), asReference(operand(2))});
        if (op == "Pow")
            return power();
        if (op == "Clip")
            return clipped();
        std::vector<Value> arguments;
        for (size_t i = 0; i < m_term->operands.size(); ++i)
            arguments.push_back(asReference(operand(i)));
        if (m_error)
            return {};
        if (op == "NotEqual")
            return m_builder.add("Not", {m_builder.add("Equal", std::move(arguments))});
        if (op == "Square")
            return m_builder.add("Mul", {arguments[0], arguments[0]});
        if (op == "ZerosLike" || op == "OnesLike")
            return filledLike(arguments[0], op == "OnesLike" ? 1 : 0);
        return m_builder.add(op, std::move(arguments));
    }

    /// x**2 and the like are products, exact and cheaper than Pow.
    Value power()
    {
        const Value base = asReference(operand(0));
        const Term& exponent = m_expression.terms[m_term->operands[1]];
        if (exponent.kind != Term::Kind::Number || exponent.number < 1 || exponent.number > 4 ||
            exponent.number != std::floor(exponent.number))
            return m_builder.add("Pow", {base, asReference(operand(1))});
        if (exponent.number == 1)
            return base;
        const Value square = m_builder.add("Mul", {base, base});
        if (exponent.number == 2)
            return square;
        return m_builder.add("Mul", {square, exponent.number == 3 ? base : square});
    }

    /// Clip takes its bounds as scalars; tensors need Max and Min, as numpy.clip computes them.
    Value clipped()
    {
        const Value x = asReference(operand(0)), low = asReference(operand(1)),
                    high = asReference(operand(2));
        if (low.shape().rank() == 0 && high.shape().rank() == 0)
            return m_builder.add("Clip", {x, low, high});
        return m_builder.add("Min", {m_builder.add("Max", {x, low}), high});
    }

    Value filledLike(const Value& value, double number)
    {
        const Shape& shape = value.shape();
        return m_builder.add("Expand", {m_builder.scalar(number, m_reference),
                                        m_builder.ints({shape.begin(), shape.end()})});
    }

    Value operand(size_t index)
    {
        const size_t term = m_term->operands[index];
        if (m_expression.terms[term].kind == Term::Kind::None)
            fail("None stands alone, for an input without a gradient; expected a number or a name");
        return m_values[term];
    }

    Value asReference(const Value& value)
    {
        if (!value.isPresent() || value.dtype() == m_reference.dtype())
            return value;
        return m_builder.add("Cast", {value}, {{"to", static_cast<int64_t>(m_reference.dtype())}});
    }

    /// A condition: a number counts as true unless it is 0.
    Value asBool(const Value& value)
    {
        if (!value.isPresent() || value.dtype() == DType::Bool)
            return value;
        return m_builder.add("Not", {m_builder.add("Equal", {value, m_builder.scalar(0, value)})});
    }

    void fail(const std::string& message, std::string hint = {})
    {
        if (m_error)
            return;
        std::string_view sentence = message;
        if (sentence.ends_with('.'))
            sentence.remove_suffix(1);
        m_error = expressionError(std::string(sentence), m_term->column, std::move(hint));
    }

    const Expression& m_expression;
    const Bindings& m_bindings;
    GraphBuilder& m_builder;
    std::vector<Value> m_values;
    Value m_reference;
    const Term* m_term = nullptr;
    std::optional<Error> m_error;
};

}

Result<std::vector<Value>> lower(const Expression& expression, const Bindings& bindings,
                                 GraphBuilder& builder)
{
    return Lowering(expression, bindings, builder).all();
}

}
