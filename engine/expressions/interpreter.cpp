#include "engine/expressions/interpreter.h"

#include "engine/base/text.h"
#include "engine/expressions/spellings.h"
#include "engine/expressions/tensor_access.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

constexpr int kMaxCalls = 8;

}

Interpreter::Interpreter(const Syntax& syntax, Operands& operands)
    : m_syntax(syntax), m_operands(operands)
{
    m_environments.emplace_back();
}

std::optional<PythonValue> Interpreter::run(std::span<const Statement> statements, Environment& in)
{
    std::optional<PythonValue> result;
    for (const Statement& statement : statements) {
        if (m_error || result)
            break;
        runOne(statement, in, result);
    }
    return result;
}

void Interpreter::runOne(const Statement& statement, Environment& in,
                         std::optional<PythonValue>& result)
{
    switch (statement.kind) {
    case Statement::Kind::Expression: {
        const PythonValue value = evaluate(*statement.value, in);
        const bool isDocstring = value.as<std::string>() && in.outer;
        if (&in == &m_environments.front() && !isDocstring &&
            term(*statement.value).kind != Term::Kind::Text)
            m_lastExpression = value;
        break;
    }
    case Statement::Kind::Assign: {
        PythonValue value = evaluate(*statement.value, in);
        if (!statement.text.empty() && !m_error) {
            // x[mask] *= a: what the mask leaves out stays, so the whole of x can be computed.
            const Term& target = term(*statement.target);
            const bool isMasked = target.kind == Term::Kind::Index;
            const PythonValue before =
                evaluate(isMasked ? target.operands[0] : *statement.target, in);
            const Term sum{Term::Kind::Binary, statement.column, 0, false, statement.text};
            value = joined(sum, before, value);
        }
        assign(*statement.target, std::move(value), in, statement.column);
        break;
    }
    case Statement::Kind::Return:
        result = statement.value ? evaluate(*statement.value, in) : PythonValue();
        break;
    case Statement::Kind::Function:
    case Statement::Kind::Class:
        define(statement, in);
        break;
    case Statement::Kind::If:
        result = run(isTrue(*statement.value, in) ? statement.body : statement.otherwise, in);
        break;
    case Statement::Kind::Import:
        import(statement, in);
        break;
    }
}

/// An import gives a module or function of the tables its name here; others are left out, and
/// named where they are used.
void Interpreter::import(const Statement& statement, Environment& in)
{
    if (const std::optional<PythonModule> module = moduleNamed(statement.text)) {
        in.names[statement.alias] = {*module, statement.column, true};
        return;
    }
    const size_t dot = statement.text.rfind('.');
    const std::optional<PythonModule> owner =
        dot == std::string::npos ? std::nullopt : moduleNamed(statement.text.substr(0, dot));
    if (!owner)
        return;
    const std::string name = statement.text.substr(dot + 1);
    if (const Result<const FunctionSpelling*> function = functionIn(owner->path, name))
        in.names[statement.alias] = {PythonBuiltin{*function}, statement.column, true};
    else if (const std::optional<PythonValue> constant = constantIn(owner->path, name))
        in.names[statement.alias] = {*constant, statement.column, true};
}

void Interpreter::define(const Statement& statement, Environment& in)
{
    if (statement.kind == Statement::Kind::Function) {
        const PythonFunction function{&statement, &in};
        in.names[statement.text] = {std::make_shared<PythonFunction>(function), statement.column,
                                    true};
        return;
    }
    auto object = std::make_shared<PythonObject>();
    object->kind = "the class " + statement.text;
    for (const Statement& member : statement.body)
        if (member.kind == Statement::Kind::Function)
            object->attributes[member.text] =
                std::make_shared<PythonFunction>(PythonFunction{&member, &in});
        else if (member.kind == Statement::Kind::Assign && member.text.empty() &&
                 term(*member.target).kind == Term::Kind::Name)
            object->attributes[term(*member.target).text] = evaluate(*member.value, in);
    in.names[statement.text] = {object, statement.column, true};
}

void Interpreter::give(Environment& in, const std::string& name, PythonValue value, int column)
{
    const auto before = in.names.find(name);
    const bool isResult = &in == &m_environments.front() && name.starts_with('d');
    if (isResult && before != in.names.end() && !before->second.isRead && before->second.column > 0)
        return fail(column, fmt::format("'{}' is given twice", name));
    in.names[name] = {std::move(value), column, false};
}

void Interpreter::assign(size_t target, PythonValue value, Environment& in, int column)
{
    if (m_error)
        return;
    const Term& to = term(target);
    if (to.kind == Term::Kind::Name)
        return give(in, to.text, std::move(value), column);
    if (to.kind == Term::Kind::Tuple) {
        const PythonTuple* tuple = value.as<PythonTuple>();
        if (!tuple || tuple->items.size() != to.operands.size())
            return fail(column,
                        fmt::format("'=' gives {} to {}", described(value),
                                    counted(static_cast<int64_t>(to.operands.size()), "name")));
        const PythonTuple items = *tuple;
        for (size_t i = 0; i < to.operands.size(); ++i)
            assign(to.operands[i], items.items[i], in, column);
        return;
    }
    if (to.kind == Term::Kind::Attribute) {
        const PythonValue owner = evaluate(to.operands[0], in);
        if (const auto* object = owner.as<std::shared_ptr<PythonObject>>())
            (*object)->attributes[to.text] = std::move(value);
        else
            fail(column,
                 fmt::format("'=' cannot give {} the attribute '{}'", described(owner), to.text));
        return;
    }
    if (to.kind == Term::Kind::Index)
        return assignIndexed(to, value, in, column);
    fail(column, "'=' stands after an expression; expected a name before it, such as 'dx ='");
}

void Interpreter::assignIndexed(const Term& target, const PythonValue& value, Environment& in,
                                int column)
{
    const PythonValue before = evaluate(target.operands[0], in);
    const PythonValue mask = evaluate(target.operands[1], in);
    const Value* x = before.as<Value>();
    if (m_error)
        return;
    if (!x)
        return fail(column, fmt::format("'=' cannot change {}", described(before)));
    const Value changed = withAssigned(m_operands, *x, mask, value);
    takeBuilderError(column);
    assign(target.operands[0], changed, in, column);
}

/// Only what is known without running decides: None or not, numbers, needs_input_grad.
bool Interpreter::isTrue(size_t condition, Environment& in)
{
    const PythonValue value = evaluate(condition, in);
    if (const bool* truth = value.as<bool>())
        return *truth;
    if (const PythonNumber* number = value.as<PythonNumber>())
        return number->value != 0;
    if (value.isNone())
        return false;
    if (!m_error)
        fail(term(condition).column,
             fmt::format("'if' cannot decide by {}: which way it goes is known only in a run",
                         described(value)),
             "Write where(condition, a, b).");
    return false;
}

bool Interpreter::bind(const Statement& function, Environment& local, Arguments positional,
                       Keywords keywords, Environment& closure, int column)
{
    size_t next = 0;
    for (const Parameter& parameter : function.parameters) {
        PythonValue value;
        const auto keyword = std::find_if(keywords.begin(), keywords.end(), [&](const auto& given) {
            return given.first == parameter.name;
        });
        if (parameter.kind == Parameter::Kind::Rest) {
            PythonTuple rest;
            for (; next < positional.size(); ++next)
                rest.items.push_back(std::move(positional[next]));
            value = std::move(rest);
        } else if (parameter.kind == Parameter::Kind::Keywords) {
            keywords.clear();
        } else if (next < positional.size()) {
            value = std::move(positional[next++]);
        } else if (keyword != keywords.end()) {
            value = std::move(keyword->second);
            keywords.erase(keyword);
        } else if (parameter.fallback) {
            value = evaluate(*parameter.fallback, closure);
        } else {
            fail(column,
                 fmt::format("'{}' wants '{}' and does not get it", function.text, parameter.name));
            return false;
        }
        local.names[parameter.name] = {std::move(value), parameter.column, true};
    }
    if (next < positional.size())
        fail(column,
             fmt::format("'{}' takes {} and got {}", function.text,
                         counted(static_cast<int64_t>(next), "argument"), positional.size()));
    else if (!keywords.empty())
        fail(column,
             fmt::format("'{}' has no argument '{}'", function.text, keywords.front().first));
    return !m_error;
}

PythonValue Interpreter::call(const Statement& function, Arguments positional, Keywords keywords,
                              Environment& closure, int column)
{
    if (m_error)
        return {};
    if (m_depth >= kMaxCalls) {
        fail(column, fmt::format("'{}' is called more than {} deep", function.text, kMaxCalls),
             "Functions that call themselves are not read.");
        return {};
    }
    Environment& local = m_environments.emplace_back();
    local.outer = &closure;
    if (!bind(function, local, std::move(positional), std::move(keywords), closure, column))
        return {};
    ++m_depth;
    std::optional<PythonValue> result = run(function.body, local);
    --m_depth;
    return result.value_or(PythonValue());
}

PythonValue Interpreter::call(const PythonValue& callee, Arguments positional, Keywords keywords,
                              int column)
{
    if (m_error)
        return {};
    if (const PythonBuiltin* builtin = callee.as<PythonBuiltin>())
        return callBuiltin(*builtin, std::move(positional), std::move(keywords), column);
    if (const auto* function = callee.as<std::shared_ptr<PythonFunction>>())
        return call(*(*function)->definition, std::move(positional), std::move(keywords),
                    *(*function)->closure, column);
    if (const DType* dtype = callee.as<DType>(); dtype && positional.size() == 1) {
        // np.float32(0.5): a number stays one
        if (positional[0].as<PythonNumber>())
            return positional[0];
        return callBuiltin({methodNamed("to"), std::make_shared<PythonValue>(positional[0])},
                           {*dtype}, {}, column);
    }
    fail(column, fmt::format("{} is called; expected a function", described(callee)));
    return {};
}

void Interpreter::fail(int column, std::string message, std::string hint)
{
    if (!m_error)
        m_error = errorAt(m_syntax.text, column, std::move(message), std::move(hint));
}

void Interpreter::takeBuilderError(int column)
{
    if (const std::optional<Error>& error = m_operands.builder().error())
        fail(column, error->message, error->hint);
}

}
