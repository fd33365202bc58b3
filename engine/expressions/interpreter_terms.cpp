// What the terms of a text stand for: names, attributes, operators, indices.
#include "engine/expressions/interpreter.h"

#include "engine/base/text.h"
#include "engine/expressions/spellings.h"
#include "engine/expressions/tensor_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace backstep {

namespace {

constexpr int kMaxTermsFollowed = 20'000;

/// What frameworks call the cotangent and the input, where the op has no input of that name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kAliases{{
    {"grad_output", "dy"},
    {"grad_outputs", "dy"},
    {"grad", "dy"},
    {"upstream", "dy"},
    {"dout", "dy"},
    {"g", "dy"},
    {"input", "x"},
    {"inputs", "x"},
    {"output", "y"},
}};

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

Environment::Entry* Interpreter::tensorNamed(std::string_view name)
{
    Environment::Entry* entry = globals().find(name);
    for (const auto& [alias, meant] : kAliases)
        if (!entry && name == alias)
            entry = globals().find(meant);
    return entry && entry->value.as<Value>() ? entry : nullptr;
}

PythonValue Interpreter::named(const Term& of, Environment& in)
{
    Environment::Entry* entry = in.find(of.text);
    if (!entry)
        entry = tensorNamed(of.text);
    if (entry) {
        entry->isRead = true;
        const Value* tensor = entry->value.as<Value>();
        if (tensor && !tensor->isPresent()) {
            fail(of.column,
                 fmt::format("'{}' is an optional input that this op does not have", of.text));
        } else if (tensor && !numbers.has(tensor->dtype()) && tensor->dtype() != DType::Bool) {
            fail(of.column, fmt::format("'{}' is {}; expected a tensor of numbers", of.text,
                                        nameOf(tensor->dtype())));
        }
        return entry->value;
    }
    if (const std::optional<PythonModule> module = moduleNamed(of.text))
        return *module;
    if (const FunctionSpelling* function = functionNamed(of.text))
        return PythonBuiltin{function};
    std::vector<std::string> known;
    for (Environment* here = &in; here; here = here->outer)
        for (const auto& [name, value] : here->names)
            if (value.value.as<Value>())
                known.push_back(name);
    const std::string near = closestWord(of.text, known);
    fail(of.column,
         fmt::format("'{}' is not known here; expected one of {}", of.text, join(known, ", ")),
         near.empty() ? "" : "Did you mean '" + near + "'?");
    return {};
}

std::string Interpreter::dotted(size_t index) const
{
    const Term& of = term(index);
    if (of.kind == Term::Kind::Attribute)
        return dotted(of.operands[0]) + "." + of.text;
    return of.kind == Term::Kind::Name ? of.text : "...";
}

/// The whole chain `a.b.c` at once, so that a message can name all of it.
PythonValue Interpreter::attribute(const Term& of, Environment& in)
{
    std::vector<const Term*> chain;
    const Term* base = &of;
    for (; base->kind == Term::Kind::Attribute; base = &term(base->operands[0]))
        chain.push_back(base);
    const std::string whole = dotted(chain.front()->operands[0]) + "." + of.text;
    if (base->kind == Term::Kind::Name && !in.find(base->text) && !moduleNamed(base->text) &&
        !tensorNamed(base->text)) {
        fail(of.column, fmt::format("'{}' is no known module or tensor in '{}'", base->text, whole),
             "Known modules: tf, keras.ops, torch, F, np, jnp, jax.nn, jax.lax, math.");
        return {};
    }
    PythonValue value = evaluate(chain.back()->operands[0], in);
    for (auto link = chain.rbegin(); link != chain.rend() && !m_error; ++link)
        value = attributeOf(value, **link, whole);
    return value;
}

PythonValue Interpreter::attributeOf(const PythonValue& object, const Term& of,
                                     const std::string& whole)
{
    if (const PythonModule* module = object.as<PythonModule>())
        return moduleAttribute(module->path, of, whole);
    if (const auto* owner = object.as<std::shared_ptr<PythonObject>>()) {
        const auto found = (*owner)->attributes.find(of.text);
        if (found != (*owner)->attributes.end())
            return found->second;
        fail(of.column, fmt::format("{} has no '{}' in '{}'", (*owner)->kind, of.text, whole));
        return {};
    }
    const PythonTuple* tuple = object.as<PythonTuple>();
    if (tuple && tuple->items.size() == 2 && (of.text == "values" || of.text == "indices"))
        return tuple->items[of.text == "values" ? 0 : 1];
    const Value* tensor = object.as<Value>();
    if (tensor) {
        std::optional<PythonValue> known = tensorAttribute(*tensor, of.text);
        takeBuilderError(of.column);
        if (known)
            return *known;
        if (const FunctionSpelling* method = methodNamed(of.text))
            return PythonBuiltin{method, std::make_shared<PythonValue>(object)};
    }
    std::vector<std::string> methods;
    for (const FunctionSpelling& spelling : functionSpellings())
        if (spelling.module == ".")
            methods.push_back(spelling.name);
    const std::string near = tensor ? closestWord(of.text, methods) : std::string();
    fail(of.column,
         fmt::format("'{}' of {} is not read, in '{}'", of.text, described(object), whole),
         near.empty() ? "" : "Did you mean '" + near + "'?");
    return {};
}

PythonValue Interpreter::moduleAttribute(const std::string& path, const Term& of,
                                         const std::string& whole)
{
    if (const std::optional<PythonModule> inner = moduleNamed(path + "." + of.text))
        return *inner;
    if (const std::optional<PythonValue> constant = constantIn(path, of.text))
        return *constant; // np.float32 is a dtype first, and can be called
    const Result<const FunctionSpelling*> function = functionIn(path, of.text);
    if (function)
        return PythonBuiltin{*function};
    Error error = function.error();
    if (whole.ends_with("." + of.text))
        fail(of.column, std::move(error.message), std::move(error.hint));
    else
        fail(of.column, fmt::format("'{}.{}' of '{}' is no known module", path, of.text, whole),
             "Known modules: tf, keras.ops, torch, F, np, jnp, jax.nn, jax.lax, math.");
    return {};
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
