#pragma once

#include "engine/base/result.h"

#include <string>
#include <string_view>

namespace backstep {

struct Token {
    enum class Kind : uint8_t { Number, Name, Symbol, End } kind = Kind::End;
    std::string_view text; ///< names with their dots: "tf.math.exp"
    double number = 0;
    int column = 0; ///< characters before it
};

/// Cuts a text into tokens, one at a time. White space, line breaks (with a backslash before them
/// or without) and `#` comments are skipped.
class Lexer
{
public:
    explicit Lexer(std::string_view text) : m_text(text) {}
    Result<Token> next();

private:
    void skipBlanks();
    Token take(Token::Kind kind, size_t length);
    Result<Token> number();

    std::string_view m_text; ///< what is left
    int m_column = 0;
};

/// The error of an expression: `message` without full stop; the column is added for people too,
/// counted from 1.
Error expressionError(std::string message, int column, std::string hint = {});

/// A token for a message: "'*'", or "the end of the text".
std::string shown(const Token& token);

}
