#include "engine/expressions/forms.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// The last name of a dotted one, of a call the callee's: "custom_gradient", "partial".
std::string_view lastName(const Syntax& syntax, size_t index)
{
    const Term& term = syntax.terms[index];
    if (term.kind == Term::Kind::Call)
        return lastName(syntax, term.operands[0]);
    return term.kind == Term::Kind::Name || term.kind == Term::Kind::Attribute
               ? std::string_view(term.text)
               : std::string_view();
}

/// True for `name`, `module.name`, `name(...)`, and as an argument: `partial(jax.custom_vjp, ...)`.
bool mentions(const Syntax& syntax, size_t index, std::string_view name)
{
    const Term& term = syntax.terms[index];
    if (lastName(syntax, index) == name)
        return true;
    return term.kind == Term::Kind::Call &&
           std::any_of(term.operands.begin() + 1, term.operands.end(),
                       [&](size_t operand) { return lastName(syntax, operand) == name; });
}

class Recognition
{
public:
    explicit Recognition(const Syntax& syntax) : m_syntax(syntax) {}

    Result<PastedForm> form()
    {
        for (const Statement& statement : m_syntax.statements)
            if (statement.kind == Statement::Kind::Class)
                return autogradFunction(statement);
        if (const Statement* defvjp = callOf("defvjp"))
            return customVjp(*defvjp);
        for (const Statement& statement : m_syntax.statements)
            if (statement.kind == Statement::Kind::Function && !statement.decorators.empty())
                if (Result<PastedForm> form = decorated(statement);
                    !form || form->kind != PastedKind::Statements)
                    return form;
        if (const Statement* function = gradientFunction())
            return PastedForm{PastedKind::Function, nullptr, nullptr, function};
        return PastedForm{};
    }

private:
    Error error(const Statement& statement, std::string message, std::string hint) const
    {
        return errorAt(m_syntax.text, statement.column, std::move(message), std::move(hint));
    }

    const Statement* functionNamed(std::string_view name,
                                   const std::vector<Statement>& statements) const
    {
        const Statement* found = nullptr; // the last one of a name stands, as in Python
        for (const Statement& statement : statements)
            if (statement.kind == Statement::Kind::Function && statement.text == name)
                found = &statement;
        return found;
    }

    Result<PastedForm> autogradFunction(const Statement& definition) const
    {
        PastedForm form{PastedKind::AutogradFunction, functionNamed("forward", definition.body),
                        functionNamed("setup_context", definition.body),
                        functionNamed("backward", definition.body)};
        if (!form.gradient)
            return error(definition, fmt::format("The class '{}' has no backward", definition.text),
                         "Paste a torch.autograd.Function with forward and backward, or the "
                         "function that the layer calls.");
        if (!form.forward)
            return error(definition, fmt::format("The class '{}' has no forward", definition.text),
                         "Paste the whole torch.autograd.Function.");
        if (form.gradient->parameters.empty() || form.forward->parameters.empty())
            return error(definition,
                         fmt::format("forward and backward of '{}' need parameters, ctx first",
                                     definition.text),
                         "Write def backward(ctx, grad_output).");
        return form;
    }

    /// `name.defvjp(fwd, bwd)` as a statement.
    const Statement* callOf(std::string_view method) const
    {
        for (const Statement& statement : m_syntax.statements)
            if (statement.kind == Statement::Kind::Expression) {
                const Term& term = m_syntax.terms[*statement.value];
                if (term.kind == Term::Kind::Call && lastName(m_syntax, *statement.value) == method)
                    return &statement;
            }
        return nullptr;
    }

    Result<PastedForm> customVjp(const Statement& defvjp) const
    {
        const Term& call = m_syntax.terms[*defvjp.value];
        PastedForm form{PastedKind::CustomVjp};
        if (call.operands.size() >= 3) {
            form.residuals =
                functionNamed(lastName(m_syntax, call.operands[1]), m_syntax.statements);
            form.gradient =
                functionNamed(lastName(m_syntax, call.operands[2]), m_syntax.statements);
        }
        if (!form.residuals || !form.gradient)
            return error(defvjp, "defvjp names functions that the text does not have",
                         "Paste both: f.defvjp(f_fwd, f_bwd) with def f_fwd and def f_bwd.");
        for (const Statement& statement : m_syntax.statements)
            for (const size_t decorator : statement.decorators)
                if (mentions(m_syntax, decorator, "custom_vjp") &&
                    m_syntax.terms[decorator].kind == Term::Kind::Call)
                    return error(statement, "custom_vjp with nondiff_argnums is not read",
                                 "Take the other arguments out of the function, or give them "
                                 "values.");
        const Term& method = m_syntax.terms[call.operands[0]];
        if (method.kind == Term::Kind::Attribute)
            form.forward =
                functionNamed(lastName(m_syntax, method.operands[0]), m_syntax.statements);
        if (!form.forward)
            form.forward = form.residuals;
        return form;
    }

    Result<PastedForm> decorated(const Statement& function) const
    {
        for (const size_t decorator : function.decorators) {
            if (mentions(m_syntax, decorator, "custom_gradient"))
                return PastedForm{PastedKind::CustomGradient, &function};
            if (mentions(m_syntax, decorator, "RegisterGradient"))
                return PastedForm{PastedKind::RegisteredGradient, nullptr, nullptr, &function};
            if (mentions(m_syntax, decorator, "custom_vjp"))
                return error(function,
                             fmt::format("'{}' is a custom_vjp without defvjp", function.text),
                             "Paste f.defvjp(f_fwd, f_bwd) and both functions, too.");
            if (mentions(m_syntax, decorator, "custom_jvp"))
                return error(function, "custom_jvp gives a forward-mode rule, not a gradient",
                             "Write it as dx = ... or as a jax.custom_vjp.");
        }
        return PastedForm{};
    }

    /// The function that is the gradient where the text is nothing but functions: the one that is
    /// called so, else the last.
    const Statement* gradientFunction() const
    {
        const Statement* found = nullptr;
        bool isCalledSo = false;
        for (const Statement& statement : m_syntax.statements) {
            if (statement.kind == Statement::Kind::Return || isResult(statement))
                return nullptr;
            if (statement.kind != Statement::Kind::Function)
                continue;
            const auto holds = [&](const char* word) {
                return statement.text.find(word) != std::string::npos;
            };
            const bool isGradient =
                holds("grad") || holds("backward") || holds("bwd") || holds("vjp");
            if (isGradient || !isCalledSo)
                found = &statement;
            isCalledSo = isCalledSo || isGradient;
        }
        return found;
    }

    bool isResult(const Statement& statement) const
    {
        if (statement.kind == Statement::Kind::Expression)
            return m_syntax.terms[*statement.value].kind != Term::Kind::Text;
        return statement.kind == Statement::Kind::Assign &&
               m_syntax.terms[*statement.target].text.starts_with('d');
    }

    const Syntax& m_syntax;
};

}

Result<PastedForm> recognised(const Syntax& syntax)
{
    return Recognition(syntax).form();
}

std::string_view nameOf(PastedKind kind)
{
    switch (kind) {
    case PastedKind::Statements:
        return "an expression";
    case PastedKind::Function:
        return "a function";
    case PastedKind::CustomGradient:
        return "a tf.custom_gradient function";
    case PastedKind::RegisteredGradient:
        return "a tf.RegisterGradient function";
    case PastedKind::AutogradFunction:
        return "a torch.autograd.Function";
    case PastedKind::CustomVjp:
        return "a jax.custom_vjp function";
    }
    return "";
}

}
