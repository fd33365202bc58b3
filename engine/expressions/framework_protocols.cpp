// How TensorFlow, PyTorch and JAX call the functions that a user gives them.
#include "engine/expressions/form_reader.h"

#include <fmt/format.h>

namespace backstep {

std::optional<PythonTuple> FormReader::pairFrom(const PythonValue& value, const Statement& function,
                                                const char* wanted)
{
    const PythonTuple* pair = value.as<PythonTuple>();
    if (pair && pair->items.size() == 2)
        return *pair;
    m_interpreter.fail(function.column, fmt::format("'{}' returns {}; expected {}", function.text,
                                                    described(value), wanted));
    return std::nullopt;
}

/// `return y, grad`: grad gets one cotangent an output.
PythonValue FormReader::tensorFlowResults(const std::vector<size_t>& inputs)
{
    const Statement& forward = *m_form.forward;
    const PythonValue returned =
        m_interpreter.call(forward, valuesOf(inputs), {}, m_interpreter.globals(), forward.column);
    const auto pair = pairFrom(returned, forward, "y and the function of its gradient");
    return pair ? m_interpreter.call(pair->items[1], cotangents(), {}, forward.column)
                : PythonValue();
}

PythonValue FormReader::torchForward(const std::vector<size_t>& inputs,
                                     const std::shared_ptr<PythonObject>& context)
{
    context->kind = "ctx";
    context->attributes["saved_tensors"] = PythonTuple{};
    context->attributes["needs_input_grad"] =
        PythonTuple{std::vector<PythonValue>(inputs.size() + 4, true)};
    const Statement& forward = *m_form.forward;
    Interpreter::Arguments arguments = valuesOf(inputs);
    if (!m_form.residuals)
        arguments.insert(arguments.begin(), context);
    return m_interpreter.call(forward, std::move(arguments), {}, m_interpreter.globals(),
                              forward.column);
}

PythonValue FormReader::torchResults(const std::vector<size_t>& inputs)
{
    const auto context = std::make_shared<PythonObject>();
    const PythonValue output = torchForward(inputs, context);
    if (m_form.residuals)
        m_interpreter.call(*m_form.residuals, {context, PythonTuple{valuesOf(inputs)}, output}, {},
                           m_interpreter.globals(), m_form.residuals->column);
    Interpreter::Arguments arguments = cotangents();
    arguments.insert(arguments.begin(), context);
    return m_interpreter.call(*m_form.gradient, std::move(arguments), {}, m_interpreter.globals(),
                              m_form.gradient->column);
}

/// fwd gives y and what bwd gets first; several outputs' cotangents come as one tuple.
PythonValue FormReader::jaxResults(const std::vector<size_t>& inputs)
{
    const Statement& forward = *m_form.residuals;
    const PythonValue returned =
        m_interpreter.call(forward, valuesOf(inputs), {}, m_interpreter.globals(), forward.column);
    const auto pair = pairFrom(returned, forward, "y and what the backward function needs");
    if (!pair)
        return {};
    const Interpreter::Arguments given = cotangents();
    const PythonValue cotangent =
        given.size() == 1 ? given.front() : PythonValue(PythonTuple{given});
    return m_interpreter.call(*m_form.gradient, {pair->items[1], cotangent}, {},
                              m_interpreter.globals(), m_form.gradient->column);
}

GivenGradient FormReader::forward()
{
    if (m_form.kind == PastedKind::Statements) {
        const GivenGradient result = runStatements();
        if (result.column >= 0)
            return result;
        PythonTuple outputs;
        for (const char* name : {"y", "y0", "y1", "y2", "y3", "y4", "y5", "y6", "y7"})
            if (Environment::Entry* entry = m_interpreter.globals().find(name);
                entry && entry->column > 0)
                outputs.items.push_back(entry->value);
        if (outputs.items.empty())
            m_interpreter.fail(m_expression.syntax().statements.back().column,
                               "The text computes nothing; expected 'y = ...', or an expression "
                               "at its end");
        return {outputs, 0};
    }
    runDefinitions();
    const Statement* function = m_form.forward ? m_form.forward : m_form.gradient;
    const bool isTorch = m_form.kind == PastedKind::AutogradFunction;
    const auto inputs = inputsFor(*function, isTorch && !m_form.residuals ? 1 : 0);
    if (!inputs)
        return {};
    if (isTorch)
        return {torchForward(*inputs, std::make_shared<PythonObject>()), function->column};
    PythonValue result = m_interpreter.call(*function, valuesOf(*inputs), {},
                                            m_interpreter.globals(), function->column);
    // tf.custom_gradient returns the gradient beside y; so does a JAX fwd its residuals.
    const bool isPair = m_form.kind == PastedKind::CustomGradient ||
                        (m_form.kind == PastedKind::CustomVjp && function == m_form.residuals);
    if (isPair) {
        const auto pair = pairFrom(result, *function, "y and its gradient");
        result = pair ? pair->items[0] : PythonValue();
    }
    return {result, function->column};
}

}
