#pragma once

#include "engine/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace backstep {

struct Token {
    enum class Kind : uint8_t {
        Number,
        Text, ///< `text` without its quotes
        Name,
        Symbol,
        Newline, ///< the end of a statement
        Indent,
        Dedent,
        End,
    } kind = Kind::End;
    std::string_view text;
    double number = 0;
    bool isInteger = false;
    int column = 0; ///< characters before it, from the start of the text
};

/// Cuts a text into tokens as Python does: lines end statements outside brackets, indentation opens
/// blocks, a backslash joins lines, comments are skipped. The first line's indentation counts as
/// none, so that a piece of a file can be pasted.
Result<std::vector<Token>> tokenized(std::string_view text);

/// A token for a message: "'*'", "the end of the line" or "the end of the text".
std::string shown(const Token& token);

}
