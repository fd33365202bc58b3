#include "engine/expressions/lexer.h"

#include "engine/base/text.h"
#include "engine/expressions/syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

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

/// The bytes of the first character, for messages.
std::string_view firstCharacter(std::string_view text)
{
    size_t length = 1;
    while (length < text.size() && !beginsCharacter(text[length]))
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
        return "A power is '**'; of two conditions write logical_xor(a, b).";
    if (character == ";")
        return "Write each statement on its own line.";
    if (character == "{")
        return "Dictionaries and sets are not read.";
    if (static_cast<unsigned char>(character.front()) >= 0x80)
        return "Names and operators are plain ASCII; a look-alike letter is another letter.";
    return {};
}

class Lexer
{
public:
    explicit Lexer(std::string_view text) : m_whole(text), m_text(text) {}

    Result<std::vector<Token>> all()
    {
        while (!m_error && !m_text.empty())
            if (m_isLineStart && m_brackets == 0)
                startLine();
            else
                step();
        if (m_error)
            return *m_error;
        endLine({});
        for (; m_indents.size() > 1; m_indents.pop_back())
            push(Token::Kind::Dedent, 0);
        push(Token::Kind::End, 0);
        return std::move(m_tokens);
    }

private:
    void startLine()
    {
        const size_t width = std::min(m_text.find_first_not_of(" \t\f\v"), m_text.size());
        const std::string_view rest = m_text.substr(width);
        skip(width);
        m_isLineStart = false;
        if (rest.empty() || rest.front() == '#' || rest.front() == '\n' || rest.front() == '\r')
            return; // a blank line says nothing about blocks
        if (m_indents.empty())
            m_indents.push_back(width);
        if (width > m_indents.back()) {
            m_indents.push_back(width);
            push(Token::Kind::Indent, 0);
        }
        for (; width < m_indents.back() && m_indents.size() > 1; m_indents.pop_back())
            push(Token::Kind::Dedent, 0);
        if (width != m_indents.back())
            fail("The indentation fits no line above", "Indent the lines of a block alike.");
    }

    void step()
    {
        const char first = m_text.front();
        if (std::string_view(" \t\f\v\r").find(first) != std::string_view::npos)
            return skip(1);
        if (m_text.starts_with("\\\n"))
            return skip(2);
        if (m_text.starts_with("\\\r\n"))
            return skip(3);
        if (first == '#')
            return skip(std::min(m_text.find('\n'), m_text.size()));
        if (first == '\n') {
            if (m_brackets == 0)
                endLine(m_text.substr(0, 1));
            m_isLineStart = true;
            return skip(1);
        }
        if (isDigit(first) || (first == '.' && m_text.size() > 1 && isDigit(m_text[1])))
            return number();
        if (isNameStart(first))
            return name();
        if (first == '"' || first == '\'')
            return string();
        symbol();
    }

    /// `lineEnd` is empty at the end of the text.
    void endLine(std::string_view lineEnd)
    {
        if (!m_tokens.empty() && m_tokens.back().kind != Token::Kind::Newline &&
            m_tokens.back().kind != Token::Kind::Indent &&
            m_tokens.back().kind != Token::Kind::Dedent)
            push(Token::Kind::Newline, 0).text = lineEnd;
    }

    void number()
    {
        size_t length = 0;
        bool isInteger = true;
        const auto skipDigits = [&] {
            while (length < m_text.size() && (isDigit(m_text[length]) || m_text[length] == '_'))
                ++length;
        };
        skipDigits();
        if (length < m_text.size() && m_text[length] == '.') {
            isInteger = false;
            ++length;
            skipDigits();
        }
        if (length < m_text.size() && (m_text[length] == 'e' || m_text[length] == 'E')) {
            size_t digits = length + 1;
            if (digits < m_text.size() && (m_text[digits] == '+' || m_text[digits] == '-'))
                ++digits;
            if (digits < m_text.size() && isDigit(m_text[digits])) {
                isInteger = false;
                length = digits;
                skipDigits();
            }
        }
        Token& token = push(Token::Kind::Number, length);
        token.isInteger = isInteger;
        readNumber(token);
        if (!m_error && !m_text.empty() && isNameStart(m_text.front()))
            fail(fmt::format("Expected an operator after {} and found '{}'", token.text,
                             printable(firstCharacter(m_text))));
    }

    void readNumber(Token& token)
    {
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
            m_error =
                errorAt(m_whole, token.column,
                        fmt::format("'{}' is out of the range of finite numbers", token.text));
        else if (failure != std::errc() || stop != end)
            m_error = errorAt(m_whole, token.column, fmt::format("'{}' is no number", token.text));
    }

    void name()
    {
        size_t length = 1;
        while (length < m_text.size() && (isNameStart(m_text[length]) || isDigit(m_text[length])))
            ++length;
        const bool isPrefix =
            length < m_text.size() && (m_text[length] == '"' || m_text[length] == '\'');
        if (!isPrefix) {
            push(Token::Kind::Name, length);
        } else if (lowered(m_text.substr(0, length)) == "f") {
            skip(length);
            fail("A string with values in it (f\"...\") has no meaning in a gradient",
                 "Expected a tensor or a number.");
        } else {
            skip(length); // r"...", b"..."
            string();
        }
    }

    void string()
    {
        const std::string_view single = m_text.substr(0, 1);
        const std::string triple(3, single.front());
        const std::string quote = m_text.starts_with(triple) ? triple : std::string(single);
        size_t end = quote.size();
        while (end < m_text.size() && !m_text.substr(end).starts_with(quote)) {
            if (quote.size() == 1 && m_text[end] == '\n')
                return fail("The string does not end on its line", "Close it with " + quote + ".");
            end += m_text[end] == '\\' ? 2 : 1;
        }
        if (end >= m_text.size())
            return fail("The string does not end", "Close it with " + quote + ".");
        Token& token = push(Token::Kind::Text, end + quote.size());
        token.text = token.text.substr(quote.size(), end - quote.size());
    }

    void symbol()
    {
        for (const std::string_view symbol :
             {"**=", "//=", "...", "**", "//", "<=", ">=", "==", "!=", "->", "+=", "-=",
              "*=",  "/=",  "@=",  "%=", "+",  "-",  "*",  "/",  "%",  "@",  "(",  ")",
              "[",   "]",   "<",   ">",  "=",  ",",  ":",  ".",  "&",  "|",  "~"})
            if (m_text.starts_with(symbol)) {
                m_brackets += symbol == "(" || symbol == "[";
                m_brackets -= (symbol == ")" || symbol == "]") && m_brackets > 0;
                push(Token::Kind::Symbol, symbol.size());
                return;
            }
        const std::string_view character = firstCharacter(m_text);
        fail(fmt::format("'{}' has no meaning here; expected a number, a name, an operator or a "
                         "parenthesis",
                         printable(character)),
             hintFor(character));
    }

    Token& push(Token::Kind kind, size_t length)
    {
        m_tokens.push_back({kind, m_text.substr(0, length), 0, false, m_column});
        skip(length);
        return m_tokens.back();
    }

    void skip(size_t length)
    {
        const std::string_view passed = m_text.substr(0, length);
        m_column += static_cast<int>(characterCount(passed));
        m_text.remove_prefix(passed.size());
    }

    void fail(std::string message, std::string hint = {})
    {
        m_error = errorAt(m_whole, m_column, std::move(message), std::move(hint));
    }

    std::string_view m_whole, m_text; ///< the text, and what is left of it
    int m_column = 0, m_brackets = 0;
    bool m_isLineStart = true;
    std::vector<size_t> m_indents;
    std::vector<Token> m_tokens;
    std::optional<Error> m_error;
};

}

std::string shown(const Token& token)
{
    switch (token.kind) {
    case Token::Kind::End:
        return "the end of the text";
    case Token::Kind::Newline:
        return token.text.empty() ? "the end of the text" : "the end of the line";
    case Token::Kind::Indent:
    case Token::Kind::Dedent:
        return "another indentation";
    case Token::Kind::Text:
        return "the string \"" + printable(token.text) + "\"";
    default:
        return "'" + printable(token.text) + "'";
    }
}

Result<std::vector<Token>> tokenized(std::string_view text)
{
    return Lexer(text).all();
}

Error errorAt(std::string_view text, int column, std::string message, std::string hint)
{
    int line = 1, lineColumn = column + 1, seen = 0;
    bool hasLines = false;
    const std::string_view written = trimmed(text);
    for (const char c : text) {
        if (!beginsCharacter(c))
            continue;
        if (c == '\n' && seen < column) {
            ++line;
            lineColumn = column - seen;
        }
        ++seen;
    }
    hasLines = written.find('\n') != std::string_view::npos;
    if (message.ends_with('.'))
        message.pop_back();
    Error error{"expression",
                hasLines ? fmt::format("{} (line {}, column {}).", message, line, lineColumn)
                         : fmt::format("{} (column {}).", message, column + 1),
                std::move(hint)};
    error.column = column;
    return error;
}

}
