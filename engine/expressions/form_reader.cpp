#include "engine/expressions/form_reader.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// The input that `name` (dx, d0, d<input>) stands for, or -1.
int inputOf(const std::string& name, const std::vector<std::string>& inputNames)
{
    const std::string input = name.substr(1);
    for (size_t i = 0; i < inputNames.size(); ++i)
        if (inputNames[i] == input || std::to_string(i) == input ||
            "x" + std::to_string(i) == input)
            return static_cast<int>(i);
    for (size_t i = 0; i < inputNames.size(); ++i) // the port is "X", people write x
        if (lowered(inputNames[i]) == lowered(input))
            return static_cast<int>(i);
    return -1;
}

PythonTuple asTuple(const PythonValue& value)
{
    const PythonTuple* tuple = value.as<PythonTuple>();
    return tuple ? *tuple : PythonTuple{{value}};
}

}

FormReader::FormReader(const Expression& expression, const OpValues& op, Interpreter& interpreter)
    : m_expression(expression), m_form(expression.form()), m_op(op), m_interpreter(interpreter)
{}

std::vector<size_t> FormReader::presentInputs() const
{
    std::vector<size_t> present;
    for (size_t i = 0; i < m_op.inputs.size(); ++i)
        if (m_op.inputs[i].isPresent())
            present.push_back(i);
    return present;
}

std::vector<size_t> FormReader::floatingInputs() const
{
    std::vector<size_t> floats = presentInputs();
    std::erase_if(floats, [&](size_t i) { return !isFloating(m_op.inputs[i].dtype()); });
    return floats;
}

std::string FormReader::wantedNames() const
{
    std::vector<std::string> names;
    for (const size_t i : floatingInputs())
        names.push_back("d" + m_op.inputNames[i]);
    return join(names, ", ");
}

Interpreter::Arguments FormReader::valuesOf(const std::vector<size_t>& inputs) const
{
    Interpreter::Arguments values;
    for (const size_t i : inputs)
        values.emplace_back(m_op.inputs[i]);
    return values;
}

Interpreter::Arguments FormReader::cotangents() const
{
    return Interpreter::Arguments(m_op.cotangents.begin(), m_op.cotangents.end());
}

/// Everything at the top that gives names: functions, imports, constants. What makes the op of a
/// framework out of them (`f = jax.custom_vjp(f)`, `f = F.apply`) says nothing new.
void FormReader::runDefinitions()
{
    const Syntax& syntax = m_expression.syntax();
    for (const Statement& statement : syntax.statements) {
        if (statement.kind == Statement::Kind::Expression)
            continue;
        if (statement.kind == Statement::Kind::Assign) {
            const Term& value = syntax.terms[*statement.value];
            const Term& callee =
                value.kind == Term::Kind::Call ? syntax.terms[value.operands[0]] : value;
            if (callee.text == "custom_vjp" || callee.text == "apply")
                continue;
        }
        m_interpreter.run(std::span(&statement, 1), m_interpreter.globals());
    }
}

std::optional<std::vector<size_t>> FormReader::inputsFor(const Statement& function,
                                                         size_t firstParameter)
{
    size_t needed = 0, taken = 0;
    for (size_t i = firstParameter; i < function.parameters.size(); ++i) {
        const Parameter& parameter = function.parameters[i];
        if (parameter.kind == Parameter::Kind::Rest)
            return presentInputs();
        taken += parameter.kind == Parameter::Kind::Plain;
        needed += parameter.kind == Parameter::Kind::Plain && !parameter.fallback;
    }
    const std::vector<size_t> present = presentInputs(), floats = floatingInputs();
    if (needed <= present.size() && present.size() <= taken)
        return present;
    if (needed <= floats.size() && floats.size() <= taken)
        return floats;
    m_interpreter.fail(function.column,
                       fmt::format("'{}' takes {} and the op has {} ({})", function.text,
                                   counted(static_cast<int64_t>(taken), "tensor"), present.size(),
                                   join(m_op.inputNames, ", ")),
                       "Give it one parameter for each input, or defaults for the others.");
    return std::nullopt;
}

/// A plain function gets what its parameters are called; one that nothing is known by is dy.
PythonValue FormReader::callByName(const Statement& function)
{
    Interpreter::Arguments arguments;
    bool hasCotangent = false;
    Environment& globals = m_interpreter.globals();
    for (const Parameter& parameter : function.parameters) {
        if (parameter.kind != Parameter::Kind::Plain)
            break;
        Environment::Entry* entry = m_interpreter.tensorNamed(parameter.name);
        for (auto& [name, known] : globals.names)
            if (!entry && lowered(name) == parameter.name && known.value.as<Value>())
                entry = &known;
        if (!entry && parameter.fallback)
            break;
        if (!entry && hasCotangent) {
            m_interpreter.fail(
                parameter.column,
                fmt::format("The parameter '{}' names nothing of the op", parameter.name),
                "Known are x, y, dy and " + join(m_op.inputNames, ", ") + ".");
            return {};
        }
        const bool isCotangent = !entry;
        if (!entry)
            entry = globals.find("dy");
        hasCotangent = hasCotangent || isCotangent;
        arguments.push_back(entry ? entry->value : PythonValue());
    }
    return m_interpreter.call(function, std::move(arguments), {}, globals, function.column);
}

GivenGradient FormReader::runStatements()
{
    const std::vector<Statement>& statements = m_expression.syntax().statements;
    std::optional<PythonValue> result = m_interpreter.run(statements, m_interpreter.globals());
    if (!result)
        result = m_interpreter.lastExpression();
    return {result.value_or(PythonNone{}), result ? statements.back().column : -1};
}

std::vector<std::optional<GivenGradient>> FormReader::byName()
{
    std::vector<std::optional<GivenGradient>> given(m_op.inputs.size());
    bool isAny = false;
    for (const auto& [name, entry] : m_interpreter.globals().names) {
        if (!name.starts_with('d') || entry.column == 0)
            continue;
        int input = inputOf(name, m_op.inputNames);
        if (input < 0 && name == "dx" && floatingInputs().size() == 1)
            input = static_cast<int>(floatingInputs().front());
        if (input >= 0) {
            given[static_cast<size_t>(input)] = GivenGradient{entry.value, entry.column};
            isAny = true;
        } else if (!entry.isRead) {
            m_interpreter.fail(
                entry.column,
                fmt::format("'{} =' names no input; expected one of {}", name, wantedNames()));
        }
    }
    if (!isAny)
        m_interpreter.fail(m_expression.syntax().statements.back().column,
                           fmt::format("The text gives no gradient; expected '{} = ...', or an "
                                       "expression at its end",
                                       wantedNames()));
    return given;
}

std::vector<std::optional<GivenGradient>>
FormReader::byPosition(const PythonValue& results, const std::vector<size_t>& inputs, int column)
{
    std::vector<std::optional<GivenGradient>> given(m_op.inputs.size());
    const PythonTuple items = asTuple(results);
    std::vector<size_t> places = inputs;
    const std::vector<size_t> floats = floatingInputs();
    if (items.items.size() != places.size() && items.items.size() == floats.size())
        places = floats;
    // PyTorch wants None for what is no tensor: parameters that the op has no input for.
    const bool hasMore =
        items.items.size() > places.size() &&
        std::all_of(items.items.begin() + static_cast<ptrdiff_t>(places.size()), items.items.end(),
                    [](const PythonValue& item) { return item.isNone(); });
    if (items.items.size() != places.size() && !hasMore) {
        m_interpreter.fail(column,
                           fmt::format("Expected {} ({}) and found {}",
                                       counted(static_cast<int64_t>(floats.size()), "gradient"),
                                       wantedNames(), items.items.size()),
                           "One for each floating input, separated by commas; None for an input "
                           "without a gradient.");
        return given;
    }
    for (size_t i = 0; i < places.size(); ++i)
        given[places[i]] = GivenGradient{items.items[i], column};
    return given;
}

std::vector<std::optional<GivenGradient>> FormReader::gradients()
{
    if (m_form.kind == PastedKind::Statements) {
        const GivenGradient result = runStatements();
        return result.column < 0 ? byName()
                                 : byPosition(result.value, floatingInputs(), result.column);
    }
    runDefinitions();
    const Statement& named = m_form.gradient ? *m_form.gradient : *m_form.forward;
    if (m_form.kind == PastedKind::Function)
        return byPosition(callByName(named), floatingInputs(), named.column);
    if (m_form.kind == PastedKind::RegisteredGradient) {
        auto op = std::make_shared<PythonObject>(PythonObject{"op", {}});
        const Interpreter::Arguments inputs(m_op.inputs.begin(), m_op.inputs.end());
        const Interpreter::Arguments outputs(m_op.outputs.begin(), m_op.outputs.end());
        op->attributes["inputs"] = PythonTuple{inputs};
        op->attributes["outputs"] = PythonTuple{outputs};
        Interpreter::Arguments arguments = cotangents();
        arguments.insert(arguments.begin(), op);
        return byPosition(m_interpreter.call(named, std::move(arguments), {},
                                             m_interpreter.globals(), named.column),
                          presentInputs(), named.column);
    }
    const bool isTorch = m_form.kind == PastedKind::AutogradFunction;
    const Statement& forward =
        m_form.kind == PastedKind::CustomVjp ? *m_form.residuals : *m_form.forward;
    const auto inputs = inputsFor(forward, isTorch && !m_form.residuals ? 1 : 0);
    if (!inputs)
        return std::vector<std::optional<GivenGradient>>(m_op.inputs.size());
    const PythonValue results = isTorch                                ? torchResults(*inputs)
                                : m_form.kind == PastedKind::CustomVjp ? jaxResults(*inputs)
                                                                       : tensorFlowResults(*inputs);
    return byPosition(results, *inputs, named.column);
}

std::vector<GivenGradient> FormReader::results()
{
    std::vector<GivenGradient> all;
    if (m_form.kind != PastedKind::Statements) {
        for (const std::optional<GivenGradient>& given : gradients())
            all.push_back(given.value_or(GivenGradient{}));
        return all;
    }
    const GivenGradient result = runStatements();
    if (result.column >= 0) {
        const PythonTuple tuple = asTuple(result.value);
        for (const PythonValue& item : tuple.items)
            all.push_back({item, result.column});
        return all;
    }
    for (const auto& [name, entry] : m_interpreter.globals().names)
        if (entry.column > 0 && !entry.isRead && name.starts_with('d'))
            all.push_back({entry.value, entry.column});
    return all;
}

}
