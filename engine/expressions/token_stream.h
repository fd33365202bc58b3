#pragma once

#include "engine/expressions/grammar.h"
#include "engine/expressions/lexer.h"
#include "engine/expressions/syntax.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace backstep {

/// The tokens of a text under a cursor that only moves on, and the first error. After an error
/// nothing more is taken.
class TokenStream
{
public:
    TokenStream(std::string_view text, std::vector<Token> tokens)
        : m_text(text), m_tokens(std::move(tokens))
    {}
    const Token& now() const { return m_tokens[m_index]; }
    const Token& after() const { return m_tokens[std::min(m_index + 1, m_tokens.size() - 1)]; }
    bool is(Token::Kind kind) const { return now().kind == kind; }
    bool is(std::string_view symbol) const
    {
        return is(Token::Kind::Symbol) && now().text == symbol;
    }
    bool isWord(std::string_view word) const { return is(Token::Kind::Name) && now().text == word; }
    Token advance()
    {
        const Token token = now();
        if (!m_error && token.kind != Token::Kind::End)
            ++m_index;
        return token;
    }
    bool take(std::string_view symbol)
    {
        const bool isHere = !m_error && is(symbol);
        if (isHere)
            advance();
        return isHere;
    }
    bool takeWord(std::string_view word)
    {
        const bool isHere = !m_error && isWord(word);
        if (isHere)
            advance();
        return isHere;
    }
    void expect(std::string_view symbol, std::string_view alternative = "an operator")
    {
        if (!m_error && !take(symbol))
            unexpected(fmt::format("{} or '{}'", alternative, symbol));
    }
    /// What is here does not fit: the message names it, and what to write instead of a word of
    /// Python.
    void unexpected(const std::string& wanted)
    {
        const auto hint = is(Token::Kind::Name) ? hintForPythonWord(now().text)
                                                : std::optional<std::string_view>();
        fail(fmt::format("Expected {} and found {}", wanted, shown(now())),
             hint ? std::string(*hint) : std::string());
    }
    void fail(std::string message, std::string hint = {})
    {
        failAt(now().column, std::move(message), std::move(hint));
    }
    void failAt(int column, std::string message, std::string hint = {})
    {
        if (!m_error)
            m_error = errorAt(m_text, column, std::move(message), std::move(hint));
    }
    const std::optional<Error>& error() const { return m_error; }

private:
    std::string_view m_text;
    std::vector<Token> m_tokens;
    size_t m_index = 0;
    std::optional<Error> m_error;
};

}
