#pragma once

#include "engine/expressions/environment.h"
#include "engine/expressions/operands.h"

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace backstep {

/// Follows a text statement by statement and builds graph of what it does with tensors; shapes and
/// dtypes are known, so everything else is known too. Nothing is run: there are no loops, functions
/// of the text are followed inside, and the work is bounded. Keeps its first error; after that
/// every call does nothing.
class Interpreter
{
public:
    using Arguments = std::vector<PythonValue>;
    using Keywords = std::vector<std::pair<std::string, PythonValue>>;

    Interpreter(const Syntax& syntax, Operands& operands);

    Environment& globals() { return m_environments.front(); }
    /// Runs statements in an environment; what `return` gave, or nothing. Functions among them are
    /// kept by address.
    std::optional<PythonValue> run(std::span<const Statement> statements, Environment& in);
    /// The value of the last statement of `globals` that was an expression alone.
    const std::optional<PythonValue>& lastExpression() const { return m_lastExpression; }

    PythonValue evaluate(size_t term, Environment& in);
    /// Calls a function of the text; `column` is where.
    PythonValue call(const Statement& function, Arguments positional, Keywords keywords,
                     Environment& closure, int column);
    PythonValue call(const PythonValue& callee, Arguments positional, Keywords keywords,
                     int column);

    /// The tensor that a name or its alias (grad_output for dy) stands for at the top, or null.
    Environment::Entry* tensorNamed(std::string_view name);
    void fail(int column, std::string message, std::string hint = {});
    /// Takes over what went wrong in a builder, at this place.
    void takeBuilderError(int column);
    const std::optional<Error>& error() const { return m_error; }

private:
    void runOne(const Statement& statement, Environment& in, std::optional<PythonValue>& result);
    void import(const Statement& statement, Environment& in);
    void define(const Statement& statement, Environment& in);
    void assign(size_t target, PythonValue value, Environment& in, int column);
    void assignIndexed(const Term& target, const PythonValue& value, Environment& in, int column);
    bool isTrue(size_t condition, Environment& in);
    void give(Environment& in, const std::string& name, PythonValue value, int column);
    bool bind(const Statement& function, Environment& local, Arguments positional,
              Keywords keywords, Environment& closure, int column);

    PythonValue named(const Term& term, Environment& in);
    PythonValue attribute(const Term& term, Environment& in);
    PythonValue attributeOf(const PythonValue& object, const Term& term, const std::string& whole);
    PythonValue moduleAttribute(const std::string& path, const Term& term,
                                const std::string& whole);
    PythonValue indexedTerm(const Term& term, Environment& in);
    PythonValue called(const Term& term, Environment& in);
    PythonValue ownerOfMethod(const Term& callee, Environment& in);
    void changeInPlace(size_t changed, const PythonValue& value, Environment& in, int column);
    PythonValue callContext(PythonObject& context, const Term& callee, Arguments positional);
    PythonValue callBuiltin(const PythonBuiltin& builtin, Arguments positional, Keywords keywords,
                            int column);
    PythonValue unary(const Term& term, Environment& in);
    PythonValue binary(size_t term, Environment& in);
    PythonValue joined(const Term& term, const PythonValue& left, const PythonValue& right);
    std::string dotted(size_t term) const;
    const Term& term(size_t index) const { return m_syntax.terms[index]; }

    const Syntax& m_syntax;
    Operands& m_operands;
    std::deque<Environment> m_environments; ///< globals first; references stay
    std::optional<PythonValue> m_lastExpression;
    std::optional<Error> m_error;
    int m_depth = 0;
    int m_work = 0;
};

}
