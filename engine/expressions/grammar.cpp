#include "engine/expressions/grammar.h"

#include <array>
#include <cmath>
#include <utility>

namespace backstep {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kPythonWords{{
    {"if", "Write where(condition, a, b)."},
    {"else", "Write where(condition, a, b)."},
    {"and", "Write a & b, with comparisons in parentheses."},
    {"or", "Write a | b, with comparisons in parentheses."},
    {"not", "Write ~a."},
    {"return", "Give the expression alone."},
    {"lambda", "Give the expression alone."},
    {"def", "Give the expression that the function returns."},
    {"for", "Expressions work on whole tensors."},
    {"in", ""},
    {"is", ""},
    {"import", ""},
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
    static constexpr std::array<std::pair<std::string_view, int>, 12> table{{
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
    }};
    for (const auto& [known, strength] : table)
        if (known == symbol)
            return strength;
    return 0;
}

std::optional<double> folded(std::string_view op, double a, double b)
{
    if (op == "+")
        return a + b;
    if (op == "-")
        return a - b;
    if (op == "*")
        return a * b;
    if (op == "/")
        return a / b;
    return op == "**" ? std::optional(std::pow(a, b)) : std::nullopt;
}

}
