#include "engine/expressions/expression.h"
#include "engine/expressions/functions.h"
#include "engine/expressions/grammar.h"
#include "engine/expressions/lexer.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>

namespace backstep {

namespace {

constexpr size_t kMaxBytes = 20'000, kMaxTerms = 2'000;
constexpr int kMaxNesting = 100;

/// Recursive descent; keeps its first error and then reads nothing more.
class Parser
{
public:
    explicit Parser(std::string_view text) : m_lexer(text) { advance(); }

    Result<Expression> all()
    {
        if (m_token.kind == Token::Kind::End && !m_error)
            fail("The text is empty; expected an expression such as dy * (1 - tanh(x)**2)");
        do
            part();
        while (!m_error && take(","));
        if (!m_error && m_token.kind != Token::Kind::End)
            unexpected("an operator, ',' or the end of the text");
        if (m_error)
            return *m_error;
        return std::move(m_result);
    }

private:
    void part()
    {
        ExpressionPart part{{}, m_token.column, 0};
        const Token first = m_token;
        part.term = expression(1);
        if (!m_error && is("=")) {
            if (m_result.terms[part.term].kind != Term::Kind::Name || first.text.size() < 2 ||
                first.text.front() != 'd' || isOutputCotangent(first.text))
                return fail("'=' names a result: expected 'dx =' or 'd<input> =' before it",
                            "dy is what arrives, and nothing can be assigned to other names.");
            part.name = first.text;
            m_result.terms.resize(part.term);
            advance();
            part.term = expression(1);
        }
        m_result.parts.push_back(part);
    }

    static bool isOutputCotangent(std::string_view name)
    {
        return name.starts_with("dy") &&
               name.find_first_not_of("0123456789", 2) == std::string::npos;
    }

    size_t expression(int weakest)
    {
        const Nesting nesting(*this);
        if (m_error)
            return 0;
        size_t left = unary();
        bool hasCompared = false;
        while (!m_error && m_token.kind == Token::Kind::Symbol) {
            const Token op = m_token;
            const int strength = strengthOf(op.text);
            if (strength == 0 || strength < weakest)
                break;
            if (strength == 1 && hasCompared) {
                fail("Comparisons are not chained; expected the end of the comparison",
                     "Write (a < b) & (b < c).");
                break;
            }
            hasCompared = hasCompared || strength == 1;
            advance();
            left = binary(op, left, expression(strength + 1));
        }
        return left;
    }

    size_t unary()
    {
        const Nesting nesting(*this);
        if (m_error)
            return 0;
        if (!is("-") && !is("+") && !is("~"))
            return power();
        const Token op = m_token;
        advance();
        const size_t operand = unary();
        if (m_error || op.text == "+")
            return operand;
        if (m_result.terms[operand].kind == Term::Kind::Number && op.text == "-") {
            m_result.terms[operand].number = -m_result.terms[operand].number;
            m_result.terms[operand].column = op.column;
            return operand;
        }
        return add({Term::Kind::Unary, op.column, 0, std::string(op.text), {operand}});
    }

    size_t power()
    {
        const size_t base = primary();
        if (m_error || !is("**"))
            return base;
        const Token op = m_token;
        advance();
        return binary(op, base, unary()); // the exponent may have a sign: x**-2
    }

    size_t primary()
    {
        const Token token = m_token;
        if (token.kind == Token::Kind::Number) {
            advance();
            return add({Term::Kind::Number, token.column, token.number, {}, {}});
        }
        if (token.kind == Token::Kind::Name)
            return nameOrCall(token);
        if (!take("(")) {
            unexpected("a number, a name or '('");
            return 0;
        }
        const size_t inner = expression(1);
        if (!m_error && is(","))
            fail("Expected ')' and found ','", "A list of gradients stands without parentheses.");
        expect(")");
        return inner;
    }

    size_t nameOrCall(const Token& token)
    {
        if (const auto hint = hintForPythonWord(token.text)) {
            fail(fmt::format("'{}' is not part of an expression; expected a number, a name or '('",
                             token.text),
                 std::string(*hint));
            return 0;
        }
        advance();
        if (m_error)
            return 0;
        if (is("("))
            return call(token);
        double value = 0;
        if (isKnownConstant(token.text, value))
            return add({Term::Kind::Number, token.column, value, {}, {}});
        if (token.text.find('.') != std::string_view::npos) {
            m_error = expressionError(fmt::format("'{}' is no name here; expected a tensor such as "
                                                  "x or dy, or '(' after a function",
                                                  token.text),
                                      token.column);
            return 0;
        }
        const auto kind = token.text == "None" ? Term::Kind::None : Term::Kind::Name;
        return add({kind, token.column, 0, std::string(token.text), {}});
    }

    size_t call(const Token& name)
    {
        const Result<const BareFunction*> function = bareFunctionNamed(name.text);
        if (!function) {
            m_error = expressionError(function.error().message, name.column, function.error().hint);
            return 0;
        }
        advance();
        std::vector<size_t> arguments;
        if (!is(")"))
            do
                arguments.push_back(expression(1));
            while (!m_error && take(","));
        expect(")");
        const size_t wanted = (*function)->argumentCount;
        if (!m_error && arguments.size() != wanted)
            m_error = expressionError(fmt::format("{} takes {} and got {}", name.text,
                                                  counted(static_cast<int64_t>(wanted), "argument"),
                                                  arguments.size()),
                                      name.column);
        return add(
            {Term::Kind::Call, name.column, 0, std::string((*function)->op), std::move(arguments)});
    }

    size_t binary(const Token& op, size_t left, size_t right)
    {
        if (m_error)
            return 0;
        std::vector<Term>& terms = m_result.terms;
        if (terms[left].kind == Term::Kind::Number && terms[right].kind == Term::Kind::Number)
            if (const auto value = folded(op.text, terms[left].number, terms[right].number)) {
                if (!std::isfinite(*value)) {
                    m_error = expressionError(fmt::format("{} {} {} is not a finite number",
                                                          terms[left].number, op.text,
                                                          terms[right].number),
                                              op.column);
                    return 0;
                }
                // Numbers are one term each, so these two are the last ones.
                terms[left].number = *value;
                terms.resize(left + 1);
                return left;
            }
        return add({Term::Kind::Binary, op.column, 0, std::string(op.text), {left, right}});
    }

    size_t add(Term term)
    {
        if (!m_error && m_result.terms.size() >= kMaxTerms)
            fail(fmt::format("The expression is too long: the limit is {} terms", kMaxTerms));
        m_result.terms.push_back(std::move(term));
        return m_result.terms.size() - 1;
    }

    /// Counts how deep the descent is, so that no text can exhaust the stack.
    struct Nesting {
        explicit Nesting(Parser& owner) : parser(owner)
        {
            if (++parser.m_nesting > 2 * kMaxNesting && !parser.m_error)
                parser.fail(fmt::format("The expression is nested more than {} deep", kMaxNesting));
        }
        ~Nesting() { --parser.m_nesting; }
        Parser& parser;
    };

    bool is(std::string_view symbol) const
    {
        return m_token.kind == Token::Kind::Symbol && m_token.text == symbol;
    }
    bool take(std::string_view symbol)
    {
        if (m_error || !is(symbol))
            return false;
        advance();
        return true;
    }
    void expect(std::string_view symbol)
    {
        if (!m_error && !take(symbol))
            unexpected(fmt::format("an operator or '{}'", symbol));
    }
    void advance()
    {
        Result<Token> token = m_lexer.next();
        if (token)
            m_token = *token;
        else if (!m_error)
            m_error = token.takeError();
    }
    void unexpected(const std::string& wanted)
    {
        const auto hint = hintForPythonWord(m_token.text);
        fail(fmt::format("Expected {} and found {}", wanted, shown(m_token)),
             hint ? std::string(*hint) : std::string());
    }
    void fail(const std::string& message, std::string hint = {})
    {
        if (!m_error)
            m_error = expressionError(message, m_token.column, std::move(hint));
    }

    Lexer m_lexer;
    Token m_token;
    Expression m_result;
    std::optional<Error> m_error;
    int m_nesting = 0;
};

}

Result<Expression> parse(std::string_view text)
{
    if (text.size() > kMaxBytes)
        return expressionError(fmt::format("The text is too long: {} bytes, and the limit is {}",
                                           text.size(), kMaxBytes),
                               0);
    return Parser(text).all();
}

}
