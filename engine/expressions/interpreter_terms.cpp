// What the terms of a text stand for: literals, operators, indices.
#include "engine/expressions/interpreter.h"

#include "engine/expressions/tensor_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr int kMaxTermsFollowed = 5'000;

std::optional<bool> comparedNumbers(std::string_view symbol, double a, double b)
{
    if (symbol == "==")
        return a == b;
    if (symbol == "!=")
        return a != b;
    if (symbol == "<")
        return a < b;
    if (symbol == "<=")
        return a <= b;
    if (symbol == ">")
        return a > b;
    return symbol == ">=" ? std::optional(a >= b) : std::nullopt;
}

/// A number that an operator can take: Python counts True as 1.
std::optional<PythonNumber> asNumber(const PythonValue& value)
{
    if (const bool* truth = value.as<bool>())
        return PythonNumber{static_cast<double>(*truth), true};
    const PythonNumber* number = value.as<PythonNumber>();
    return number ? std::optional(*number) : std::nullopt;
}

bool isSameTuple(const PythonTuple& a, const PythonTuple& b)
{
    return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(),
                      [](const PythonValue& left, const PythonValue& right) {
                          const PythonNumber* x = left.as<PythonNumber>();
                          const PythonNumber* y = right.as<PythonNumber>();
                          return x && y && x->value == y->value;
                      });
}

std::optional<int64_t> sliceEnd(const PythonValue& value)
{
    const PythonNumber* number = value.as<PythonNumber>();
    return number && std::abs(number->value) < 9e15
               ? std::optional(static_cast<int64_t>(number->value))
               : std::nullopt;
}

}

PythonValue Interpreter::evaluate(size_t index, Environment& in)
{
    const Term& of = term(index);
    if (!m_error && ++m_work > kMaxTermsFollowed)
        fail(of.column, "The text asks for too much: following its functions takes more than " +
                            std::to_string(kMaxTermsFollowed) + " terms");
    if (m_error)
        return {};
    switch (of.kind) {
    case Term::Kind::Number:
        return PythonNumber{of.number, of.isInteger};
    case Term::Kind::Text:
        return of.text;
    case Term::Kind::Name:
        return named(of, in);
    case Term::Kind::None:
        return PythonNone{};
    case Term::Kind::True:
    case Term::Kind::False:
        return of.kind == Term::Kind::True;
    case Term::Kind::Ellipsis:
        return PythonEllipsis{};
    case Term::Kind::Tuple: {
        PythonTuple tuple;
        for (const size_t item : of.operands)
            tuple.items.push_back(evaluate(item, in));
        return tuple;
    }
    case Term::Kind::Unary:
        return unary(of, in);
    case Term::Kind::Binary:
        return binary(index, in);
    case Term::Kind::Call:
        return called(of, in);
    case Term::Kind::Attribute:
        return attribute(of, in);
    case Term::Kind::Index:
        return indexedTerm(of, in);
    case Term::Kind::Slice:
        return PythonSlice{sliceEnd(evaluate(of.operands[0], in)),
                           sliceEnd(evaluate(of.operands[1], in)),
                           sliceEnd(evaluate(of.operands[2], in))};
    }
    return {};
}

PythonValue Interpreter::indexedTerm(const Term& of, Environment& in)
{
    const PythonValue object = evaluate(of.operands[0], in);
    const PythonValue by = evaluate(of.operands[1], in);
    PythonValue result;
    if (m_error)
        return result;
    if (const Value* tensor = object.as<Value>())
        result = indexed(m_operands, *tensor, by);
    else if (const PythonTuple* tuple = object.as<PythonTuple>())
        result = indexed(m_operands, *tuple, by);
    else
        fail(of.column, fmt::format("{} has no '[...]'", described(object)));
    takeBuilderError(of.column);
    return result;
}

PythonValue Interpreter::unary(const Term& of, Environment& in)
{
    if (of.text == "not")
        return !isTrue(of.operands[0], in);
    const PythonValue operand = evaluate(of.operands[0], in);
    if (m_error)
        return {};
    const PythonValue result = m_operands.unary(of.text, operand);
    takeBuilderError(of.column);
    return result;
}

/// A chain `a + b + c` from left to right, without nesting.
PythonValue Interpreter::binary(size_t index, Environment& in)
{
    std::vector<const Term*> chain;
    for (; term(index).kind == Term::Kind::Binary; index = term(index).operands[0]) {
        chain.push_back(&term(index));
        if (chain.back()->text == "and" || chain.back()->text == "or")
            break;
    }
    if (const std::string& word = chain.back()->text; word == "and" || word == "or") {
        const bool left = isTrue(chain.back()->operands[0], in);
        const bool decides = word == "and" ? !left : left;
        return decides ? left : isTrue(chain.back()->operands[1], in);
    }
    PythonValue left = evaluate(index, in);
    for (auto link = chain.rbegin(); link != chain.rend() && !m_error; ++link) {
        const PythonValue right = evaluate((*link)->operands[1], in);
        if (!m_error)
            left = joined(**link, left, right);
    }
    return left;
}

PythonValue Interpreter::joined(const Term& of, const PythonValue& left, const PythonValue& right)
{
    if (of.text == "is" || of.text == "is not")
        return (left.isNone() && right.isNone()) == (of.text == "is");
    const std::optional<PythonNumber> a = asNumber(left), b = asNumber(right);
    if (a && b) {
        if (const std::optional<bool> truth = comparedNumbers(of.text, a->value, b->value))
            return *truth;
        if (const std::optional<PythonNumber> number = folded(of.text, *a, *b)) {
            if (!std::isfinite(number->value) && std::isfinite(a->value) && std::isfinite(b->value))
                fail(of.column,
                     fmt::format("{} {} {} is not a finite number", a->value, of.text, b->value));
            return *number;
        }
    }
    const PythonTuple *first = left.as<PythonTuple>(), *second = right.as<PythonTuple>();
    if (first && second && (of.text == "==" || of.text == "!="))
        return isSameTuple(*first, *second) == (of.text == "==");
    if (first && second && of.text == "+") {
        PythonTuple both = *first;
        both.items.insert(both.items.end(), second->items.begin(), second->items.end());
        return both;
    }
    if (first && b && of.text == "*" && b->value * static_cast<double>(first->items.size()) <= 64) {
        PythonTuple copies;
        for (int i = 0; i < b->value; ++i)
            copies.items.insert(copies.items.end(), first->items.begin(), first->items.end());
        return copies;
    }
    const DType *x = left.as<DType>(), *y = right.as<DType>();
    if (x && y && (of.text == "==" || of.text == "!="))
        return (*x == *y) == (of.text == "==");
    const PythonValue result = m_operands.binary(of.text, left, right);
    takeBuilderError(of.column);
    return result;
}

}
