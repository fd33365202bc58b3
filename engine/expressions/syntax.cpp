#include "engine/expressions/syntax.h"

#include "engine/base/text.h"

#include <fmt/format.h>

namespace backstep {

Error errorAt(std::string_view text, int column, std::string message, std::string hint)
{
    int line = 1, lineColumn = column + 1, seen = 0;
    for (const char c : text) {
        if (!beginsCharacter(c))
            continue;
        if (c == '\n' && seen < column) {
            ++line;
            lineColumn = column - seen;
        }
        ++seen;
    }
    const bool hasLines = trimmed(text).find('\n') != std::string_view::npos;
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
