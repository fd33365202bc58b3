#include "engine/expressions/expression.h"

#include "engine/base/text.h"
#include "engine/expressions/lexer.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// The input that `name` (dx, d0, d<input>) stands for, or -1.
int inputOf(const std::string& name, std::span<const std::string> inputNames)
{
    const std::string input = name.substr(1);
    for (size_t i = 0; i < inputNames.size(); ++i)
        if (inputNames[i] == input || std::to_string(i) == input ||
            "x" + std::to_string(i) == input)
            return static_cast<int>(i);
    for (size_t i = 0; i < inputNames.size(); ++i) // the port is "X", people write x
        if (lowered(inputNames[i]) == lowered(input))
            return static_cast<int>(i);
    return inputNames.size() == 1 && input == "x" ? 0 : -1;
}

std::string wantedNames(std::span<const std::string> inputNames)
{
    std::vector<std::string> names;
    for (const std::string& name : inputNames)
        names.push_back("d" + name);
    return join(names, ", ");
}

}

Result<std::vector<int>> partsByInput(const Expression& expression,
                                      std::span<const std::string> inputNames)
{
    std::vector<int> parts(inputNames.size(), -1);
    const auto namedCount = std::count_if(expression.parts.begin(), expression.parts.end(),
                                          [](const auto& part) { return !part.name.empty(); });
    if (namedCount != 0 && namedCount != static_cast<ptrdiff_t>(expression.parts.size()))
        return expressionError("Some results are named and some are not; expected all or none",
                               expression.parts.front().column);
    if (namedCount == 0 && expression.parts.size() != inputNames.size())
        return expressionError(
            fmt::format("Expected {} ({}) and found {}",
                        counted(static_cast<int64_t>(inputNames.size()), "expression"),
                        wantedNames(inputNames), expression.parts.size()),
            expression.parts.back().column,
            "One for each floating input, separated by commas; None for an input without a "
            "gradient.");
    for (size_t i = 0; i < expression.parts.size(); ++i) {
        const ExpressionPart& part = expression.parts[i];
        const int input = part.name.empty() ? static_cast<int>(i) : inputOf(part.name, inputNames);
        if (input < 0)
            return expressionError(fmt::format("'{}' names no input; expected one of {}", part.name,
                                               wantedNames(inputNames)),
                                   part.column);
        int& place = parts[static_cast<size_t>(input)];
        if (place >= 0)
            return expressionError(fmt::format("'{}' is given twice", part.name), part.column);
        place = static_cast<int>(i);
    }
    return parts;
}

}
