#include "engine/expressions/grammar.h"

#include <array>
#include <utility>

namespace backstep {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kPythonWords{{
    {"if", "Write where(condition, a, b)."},
    {"else", "Write where(condition, a, b)."},
    {"elif", "Write where(condition, a, b)."},
    {"and", "Write a & b, with comparisons in parentheses, or logical_and(a, b)."},
    {"or", "Write a | b, with comparisons in parentheses, or logical_or(a, b)."},
    {"not", "Write ~a or logical_not(a)."},
    {"lambda", "Write def grad(dy): return ... on lines of its own."},
    {"for", "Expressions work on whole tensors: write sum(x, axis=...) and the like."},
    {"while", "Expressions work on whole tensors: write sum(x, axis=...) and the like."},
    {"with", "Write the statements inside it without the 'with' line."},
    {"try", "Write the statements alone."},
    {"except", "Write the statements alone."},
    {"finally", "Write the statements alone."},
    {"raise", "Leave it out: shapes and dtypes are checked here."},
    {"assert", "Leave it out: shapes and dtypes are checked here."},
    {"del", "Leave it out."},
    {"global", "Give values as arguments."},
    {"nonlocal", "Give values as arguments."},
    {"yield", "Write return."},
    {"async", "Write def."},
    {"await", "Write the call alone."},
    {"match", "Write where(condition, a, b)."},
    {"in", "Compare with ==."},
    {"is", "Compare with ==."},
    {"return", ""},
    {"def", ""},
    {"class", ""},
    {"import", ""},
    {"from", ""},
    {"pass", ""},
}};

}

std::optional<std::string_view> hintForPythonWord(std::string_view word)
{
    for (const auto& [known, hint] : kPythonWords)
        if (known == word)
            return hint;
    return std::nullopt;
}

int strengthOf(std::string_view symbol)
{
    static constexpr std::array<std::pair<std::string_view, int>, 15> table{{
        {"<", 1},
        {"<=", 1},
        {">", 1},
        {">=", 1},
        {"==", 1},
        {"!=", 1},
        {"|", 2},
        {"&", 3},
        {"+", 4},
        {"-", 4},
        {"*", 5},
        {"/", 5},
        {"//", 5},
        {"%", 5},
        {"@", 5},
    }};
    for (const auto& [known, strength] : table)
        if (known == symbol)
            return strength;
    return 0;
}

}
