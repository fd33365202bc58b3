#include "engine/expressions/syntax.h"
#include "engine/expressions/term_parser.h"

namespace backstep {

namespace {

constexpr size_t kMaxBytes = 20'000;
constexpr int kMaxBlocks = 8;

/// Statements and blocks; the expressions in them are TermParser's.
class Parser
{
public:
    Parser(TokenStream& tokens, Syntax& syntax) : m_tokens(tokens), m_terms(tokens, syntax) {}

    void statements(std::vector<Statement>& into)
    {
        while (!m_tokens.error() && !m_tokens.is(Token::Kind::End) &&
               !m_tokens.is(Token::Kind::Dedent))
            statement(into);
    }

private:
    void statement(std::vector<Statement>& into)
    {
        if (m_tokens.is(Token::Kind::Indent))
            return m_tokens.unexpected("a statement at the indentation of the line above");
        std::vector<size_t> decorators;
        while (m_tokens.take("@")) {
            decorators.push_back(m_terms.expression());
            endOfLine();
        }
        const Token first = m_tokens.now();
        if (m_tokens.takeWord("def")) {
            into.push_back(function(first.column));
            into.back().decorators = std::move(decorators);
        } else if (m_tokens.takeWord("class")) {
            into.push_back(classOf(first.column));
        } else if (!decorators.empty()) {
            m_tokens.unexpected("'def' after a decorator");
        } else if (m_tokens.takeWord("if")) {
            into.push_back(choice(first.column));
        } else {
            simple(into);
        }
    }

    /// Statements of one line.
    void simple(std::vector<Statement>& into)
    {
        const int column = m_tokens.now().column;
        if (m_tokens.takeWord("pass")) {
        } else if (m_tokens.takeWord("import")) {
            imports(into, column, {});
        } else if (m_tokens.takeWord("from")) {
            const std::string module = dottedName();
            if (!m_tokens.takeWord("import"))
                m_tokens.unexpected("'import'");
            imports(into, column, module + ".");
        } else if (m_tokens.takeWord("return")) {
            Statement statement{Statement::Kind::Return, column};
            if (!m_tokens.is(Token::Kind::Newline))
                statement.value = m_terms.expressionList();
            into.push_back(std::move(statement));
        } else if (const auto hint = m_tokens.is(Token::Kind::Name)
                                         ? hintForPythonWord(m_tokens.now().text)
                                         : std::optional<std::string_view>()) {
            m_tokens.fail(fmt::format("'{}' is not read here", m_tokens.now().text),
                          std::string(*hint));
        } else {
            while (assignment(into) && !m_tokens.error()) {
            }
        }
        endOfLine();
    }

    /// `a`, `a = b`, `a: T = b`, `a += b`. True where another named result follows: `dx = a, dh =`.
    bool assignment(std::vector<Statement>& into)
    {
        const int column = m_tokens.now().column;
        const size_t first = m_terms.expressionList();
        if (m_tokens.take(":"))
            m_terms.expression();
        const Token sign = m_tokens.now();
        const bool isSign = sign.kind == Token::Kind::Symbol && sign.text.ends_with('=') &&
                            strengthOf(sign.text) == 0;
        if (!isSign) {
            into.push_back({Statement::Kind::Expression, column, {}, {}, {}, first});
            return false;
        }
        m_tokens.advance();
        const std::string op(sign.text.substr(0, sign.text.size() - 1));
        std::vector<size_t> targets{first};
        size_t value = m_terms.assignedList();
        for (; op.empty() && m_tokens.take("="); value = m_terms.assignedList())
            targets.push_back(value);
        into.push_back({Statement::Kind::Assign, sign.column, op, {}, targets.back(), value});
        for (size_t i = 0; i + 1 < targets.size(); ++i) // a = b = c is b = c, then a = b
            into.push_back(
                {Statement::Kind::Assign, sign.column, {}, {}, targets[i], targets.back()});
        return !m_tokens.is(Token::Kind::Newline) && !m_tokens.is(Token::Kind::End) &&
               m_tokens.is(Token::Kind::Name) && m_tokens.after().text == "=";
    }

    Statement function(int column)
    {
        Statement statement{Statement::Kind::Function, column, name()};
        m_tokens.expect("(", "'(' after the function's name");
        while (!m_tokens.error() && !m_tokens.is(")")) {
            parameter(statement.parameters);
            if (!m_tokens.take(","))
                break;
        }
        m_tokens.expect(")", "','");
        if (m_tokens.take("->"))
            m_terms.expression();
        block(statement.body);
        return statement;
    }

    void parameter(std::vector<Parameter>& into)
    {
        Parameter parameter;
        parameter.column = m_tokens.now().column;
        if (m_tokens.take("/") || (m_tokens.is("*") && m_tokens.after().text == ","))
            return static_cast<void>(m_tokens.take("*")); // marks, no parameters
        if (m_tokens.take("**"))
            parameter.kind = Parameter::Kind::Keywords;
        else if (m_tokens.take("*"))
            parameter.kind = Parameter::Kind::Rest;
        parameter.name = name();
        if (m_tokens.take(":"))
            m_terms.expression(); // a type hint
        if (m_tokens.take("="))
            parameter.fallback = m_terms.expression();
        into.push_back(std::move(parameter));
    }

    Statement classOf(int column)
    {
        Statement statement{Statement::Kind::Class, column, name()};
        if (m_tokens.take("(")) {
            while (!m_tokens.error() && !m_tokens.is(")")) {
                statement.bases.push_back(m_terms.expression());
                if (!m_tokens.take(","))
                    break;
            }
            m_tokens.expect(")");
        }
        block(statement.body);
        return statement;
    }

    Statement choice(int column)
    {
        Statement statement{Statement::Kind::If, column};
        statement.value = m_terms.condition();
        block(statement.body);
        const int otherwise = m_tokens.now().column;
        if (m_tokens.takeWord("elif")) {
            openBlock();
            statement.otherwise.push_back(choice(otherwise));
            --m_blocks;
        }
        if (m_tokens.takeWord("else"))
            block(statement.otherwise);
        return statement;
    }

    /// `: statement` on one line, or an indented block.
    void block(std::vector<Statement>& into)
    {
        m_tokens.expect(":");
        openBlock();
        if (m_tokens.error())
            return;
        if (!m_tokens.is(Token::Kind::Newline)) {
            simple(into);
        } else {
            m_tokens.advance();
            if (!m_tokens.is(Token::Kind::Indent))
                return m_tokens.unexpected("an indented block");
            m_tokens.advance();
            statements(into);
            if (m_tokens.is(Token::Kind::Dedent))
                m_tokens.advance();
        }
        --m_blocks;
    }

    void openBlock()
    {
        if (++m_blocks > kMaxBlocks)
            m_tokens.fail(fmt::format("Blocks are nested more than {} deep", kMaxBlocks));
    }

    void imports(std::vector<Statement>& into, int column, const std::string& from)
    {
        const bool isGroup = m_tokens.take("(");
        do {
            if (m_tokens.take("*"))
                continue;
            Statement statement{Statement::Kind::Import, column, from + dottedName()};
            statement.alias = m_tokens.takeWord("as") ? name()
                              : from.empty() ? statement.text.substr(0, statement.text.find('.'))
                                             : statement.text.substr(from.size());
            // `import a.b` binds a; with `as` the name is a.b itself.
            if (from.empty() &&
                statement.alias == statement.text.substr(0, statement.text.find('.')))
                statement.text = statement.alias;
            into.push_back(std::move(statement));
        } while (!m_tokens.error() && m_tokens.take(","));
        if (isGroup)
            m_tokens.expect(")", "','");
    }

    std::string dottedName()
    {
        std::string dotted = name();
        while (m_tokens.take("."))
            dotted += "." + name();
        return dotted;
    }

    std::string name()
    {
        if (m_tokens.is(Token::Kind::Name) && !hintForPythonWord(m_tokens.now().text))
            return std::string(m_tokens.advance().text);
        m_tokens.unexpected("a name");
        return {};
    }

    void endOfLine()
    {
        if (m_tokens.error() || m_tokens.is(Token::Kind::End))
            return;
        if (m_tokens.is(Token::Kind::Newline))
            m_tokens.advance();
        else
            m_tokens.unexpected("an operator, ',' or the end of the line");
    }

    TokenStream& m_tokens;
    TermParser m_terms;
    int m_blocks = 0;
};

}

Result<Syntax> parseSyntax(std::string_view text)
{
    if (text.size() > kMaxBytes)
        return errorAt(text.substr(0, 1), 0,
                       fmt::format("The text is too long: {} bytes, and the limit is {}",
                                   text.size(), kMaxBytes));
    Result<std::vector<Token>> tokens = tokenized(text);
    if (!tokens)
        return tokens.takeError();
    Syntax syntax;
    syntax.text = text;
    TokenStream stream(syntax.text, std::move(*tokens));
    if (stream.is(Token::Kind::End))
        return errorAt(text, stream.now().column,
                       "The text is empty; expected an expression such as dy * (1 - tanh(x)**2)");
    Parser(stream, syntax).statements(syntax.statements);
    if (!stream.error() && !stream.is(Token::Kind::End))
        stream.unexpected("a statement");
    if (stream.error())
        return *stream.error();
    return syntax;
}

}
