#pragma once

#include "engine/expressions/expression.h"
#include "engine/expressions/interpreter.h"

#include <optional>
#include <string>
#include <vector>

namespace backstep {

/// What a text gives for one input, and where it does.
struct GivenGradient {
    PythonValue value; ///< None: no gradient
    int column = 0;
};

/// Follows a text in the way that its form asks for: which function gets what, and which of its
/// results belongs to which input. Errors are the interpreter's.
class FormReader
{
public:
    FormReader(const Expression& expression, const OpValues& op, Interpreter& interpreter);

    /// One an input; nothing where the text does not speak of it.
    std::vector<std::optional<GivenGradient>> gradients();
    /// The text's results as they come, for a text about no op in particular.
    std::vector<GivenGradient> results();
    /// What the text computes from the inputs: one value, or a tuple of outputs.
    GivenGradient forward();

private:
    /// Which inputs a function of the text takes: all that the op has, or the floating ones.
    std::optional<std::vector<size_t>> inputsFor(const Statement& function, size_t firstParameter);
    Interpreter::Arguments valuesOf(const std::vector<size_t>& inputs) const;
    Interpreter::Arguments cotangents() const;

    void runDefinitions();
    GivenGradient runStatements();
    PythonValue callByName(const Statement& function);
    std::vector<std::optional<GivenGradient>> byName();
    std::vector<std::optional<GivenGradient>>
    byPosition(const PythonValue& results, const std::vector<size_t>& inputs, int column);
    /// Cotangents by PyTorch's, JAX's and TensorFlow's protocols, and the inputs they belong to.
    PythonValue tensorFlowResults(const std::vector<size_t>& inputs);
    PythonValue torchResults(const std::vector<size_t>& inputs);
    PythonValue torchForward(const std::vector<size_t>& inputs,
                             const std::shared_ptr<PythonObject>& context);
    PythonValue jaxResults(const std::vector<size_t>& inputs);
    std::optional<PythonTuple> pairFrom(const PythonValue& value, const Statement& function,
                                        const char* wanted);
    std::vector<size_t> floatingInputs() const;
    std::vector<size_t> presentInputs() const;
    std::string wantedNames() const;

    const Expression& m_expression;
    const PastedForm& m_form;
    const OpValues& m_op;
    Interpreter& m_interpreter;
};

}
