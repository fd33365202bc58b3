#include "engine/expressions/lexer.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace backstep {

namespace {

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

constexpr bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

constexpr bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// The bytes of the first character, for messages.
std::string_view firstCharacter(std::string_view text)
{
    size_t length = 1;
    while (length < text.size() && isContinuation(text[length]))
        ++length;
    return text.substr(0, length);
}

std::string hintFor(std::string_view character)
{
    if (character == "\xe2\x88\x92" || character == "\xe2\x80\x93")
        return "This is a long dash; minus is '-'.";
    if (character == "\xc3\x97" || character == "\xc2\xb7")
        return "Times is '*'.";
    if (character == "^")
        return "A power is '**'.";
    if (static_cast<unsigned char>(character.front()) >= 0x80)
        return "Names and operators are plain ASCII; a look-alike letter is another letter.";
    return {};
}

}

Error expressionError(std::string message, int column, std::string hint)
{
    Error error{"expression", fmt::format("{} (column {}).", message, column + 1), std::move(hint)};
    error.column = column;
    return error;
}

std::string shown(const Token& token)
{
    return token.kind == Token::Kind::End ? "the end of the text"
                                          : "'" + printable(token.text) + "'";
}

void Lexer::skipBlanks()
{
    while (!m_text.empty()) {
        size_t length = 0;
        if (std::string_view(" \t\r\n\f\v").find(m_text.front()) != std::string_view::npos)
            length = 1;
        else if (m_text.starts_with("\\\n"))
            length = 2;
        else if (m_text.starts_with("\\\r\n"))
            length = 3;
        else if (m_text.front() == '#')
            length = std::min(m_text.find('\n'), m_text.size());
        if (length == 0)
            return;
        take(Token::Kind::Symbol, length);
    }
}

Token Lexer::take(Token::Kind kind, size_t length)
{
    Token token{kind, m_text.substr(0, length), 0, m_column};
    m_column += static_cast<int>(std::count_if(token.text.begin(), token.text.end(),
                                               [](char c) { return !isContinuation(c); }));
    m_text.remove_prefix(length);
    return token;
}

Result<Token> Lexer::number()
{
    size_t length = 0;
    const auto skipDigits = [&] {
        while (length < m_text.size() && (isDigit(m_text[length]) || m_text[length] == '_'))
            ++length;
    };
    skipDigits();
    if (length < m_text.size() && m_text[length] == '.') {
        ++length;
        skipDigits();
    }
    if (length < m_text.size() && (m_text[length] == 'e' || m_text[length] == 'E')) {
        size_t digits = length + 1;
        if (digits < m_text.size() && (m_text[digits] == '+' || m_text[digits] == '-'))
            ++digits;
        if (digits < m_text.size() && isDigit(m_text[digits])) {
            length = digits;
            skipDigits();
        }
    }
    Token token = take(Token::Kind::Number, length);
    std::string digits(token.text);
    std::erase(digits, '_');
    const char* end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, token.number);
    // A tiny number that underflows is 0, as in Python; from_chars leaves it unread.
    const bool isTiny =
        failure == std::errc::result_out_of_range && digits.find("e-") != std::string::npos;
    if (isTiny)
        token.number = 0;
    else if (failure == std::errc::result_out_of_range || !std::isfinite(token.number))
        return expressionError(
            fmt::format("'{}' is out of the range of finite numbers", token.text), token.column);
    else if (failure != std::errc() || stop != end)
        return expressionError(fmt::format("'{}' is no number", token.text), token.column);
    if (!m_text.empty() && isNameStart(m_text.front()))
        return expressionError(fmt::format("Expected an operator after {} and found '{}'",
                                           token.text, printable(firstCharacter(m_text))),
                               m_column);
    return token;
}

Result<Token> Lexer::next()
{
    skipBlanks();
    if (m_text.empty())
        return take(Token::Kind::End, 0);
    const char first = m_text.front();
    if (isDigit(first) || (first == '.' && m_text.size() > 1 && isDigit(m_text[1])))
        return number();
    if (isNameStart(first)) {
        size_t length = 1;
        const auto belongs = [&](size_t i) {
            return isNameStart(m_text[i]) || isDigit(m_text[i]) ||
                   (m_text[i] == '.' && i + 1 < m_text.size() && isNameStart(m_text[i + 1]));
        };
        while (length < m_text.size() && belongs(length))
            ++length;
        return take(Token::Kind::Name, length);
    }
    for (const std::string_view symbol : {"**", "<=", ">=", "==", "!="})
        if (m_text.starts_with(symbol))
            return take(Token::Kind::Symbol, 2);
    if (std::string_view("+-*/()<>=,&|~").find(first) != std::string_view::npos)
        return take(Token::Kind::Symbol, 1);
    const std::string_view character = firstCharacter(m_text);
    if (first == '"' || first == '\'')
        return expressionError("A string has no meaning in a gradient; expected a number or a name",
                               m_column);
    return expressionError(fmt::format("'{}' has no meaning here; expected a number, a name, an "
                                       "operator or a parenthesis",
                                       printable(character)),
                           m_column, hintFor(character));
}

}
