#include "engine/exporters/code/python_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>

namespace backstep {

namespace {

struct Operator {
    std::string_view symbol;
    Binding binding;
};
constexpr std::array<Operator, 17> kOperators{{
    {" == ", Binding::Comparison},
    {" != ", Binding::Comparison},
    {" < ", Binding::Comparison},
    {" <= ", Binding::Comparison},
    {" > ", Binding::Comparison},
    {" >= ", Binding::Comparison},
    {" | ", Binding::BitOr},
    {" ^ ", Binding::BitXor},
    {" & ", Binding::BitAnd},
    {" + ", Binding::Sum},
    {" - ", Binding::Sum},
    {" * ", Binding::Product},
    {" / ", Binding::Product},
    {" // ", Binding::Product},
    {" % ", Binding::Product},
    {" @ ", Binding::Product},
    {" ** ", Binding::Power},
}};

bool isSign(char c)
{
    return c == '-' || c == '~';
}

/// The operator that a text begins or ends with, if any.
std::optional<Binding> operatorAt(std::string_view text, bool atStart)
{
    for (const Operator& each : kOperators)
        if (atStart ? text.starts_with(each.symbol) : text.ends_with(each.symbol))
            return each.binding;
    return std::nullopt;
}

Binding stronger(Binding binding)
{
    return static_cast<Binding>(static_cast<int>(binding) + 1);
}

/// What a piece must hold together with, between these two texts.
Binding neededBetween(std::string_view before, std::string_view after)
{
    if (!after.empty() && (after.front() == '.' || after.front() == '['))
        return Binding::Whole;
    Binding needed = Binding::Comparison;
    if (const std::optional<Binding> left = operatorAt(before, false))
        needed = *left == Binding::Power ? Binding::Sign : stronger(*left);
    else if (!before.empty() && isSign(before.back()))
        needed = Binding::Sign;
    if (const std::optional<Binding> right = operatorAt(after, true))
        needed = std::max(needed, *right == Binding::Power || *right == Binding::Comparison
                                      ? stronger(*right)
                                      : *right);
    return needed;
}

}

Binding bindingOf(std::string_view text)
{
    Binding weakest = !text.empty() && isSign(text.front()) ? Binding::Sign : Binding::Whole;
    int depth = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '(' || text[i] == '[';
        depth -= text[i] == ')' || text[i] == ']';
        if (depth == 0 && text[i] == ' ')
            if (const std::optional<Binding> found = operatorAt(text.substr(i), true))
                weakest = std::min(weakest, *found);
    }
    return weakest;
}

PythonText filledIn(std::string_view pattern, const std::map<std::string, PythonText>& words)
{
    std::string text;
    for (size_t i = 0; i < pattern.size();) {
        const size_t end = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
        const auto word = end == std::string_view::npos
                              ? words.end()
                              : words.find(std::string(pattern.substr(i + 1, end - i - 1)));
        if (word == words.end()) {
            text += pattern[i++];
            continue;
        }
        const bool isLoose =
            word->second.binding < neededBetween(pattern.substr(0, i), pattern.substr(end + 1));
        text += isLoose ? "(" + word->second.text + ")" : word->second.text;
        i = end + 1;
    }
    return {text, bindingOf(text)};
}

int countOf(std::string_view pattern, const std::string& word)
{
    const std::string place = "{" + word + "}";
    int count = 0;
    for (size_t at = pattern.find(place); at != std::string_view::npos;
         at = pattern.find(place, at + 1))
        ++count;
    return count;
}

std::string numberText(const Tensor& tensor, int64_t index)
{
    if (tensor.dtype() == DType::Bool)
        return tensor.number(index) != 0 ? "True" : "False";
    if (!isFloating(tensor.dtype()))
        return std::to_string(tensor.integer(index));
    const double value = tensor.number(index);
    if (!std::isfinite(value))
        return fmt::format("float(\"{}\")", std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    std::string text = tensor.dtype() == DType::Float64
                           ? fmt::format("{}", value)
                           : fmt::format("{}", static_cast<float>(value));
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string commaText(std::span<const std::string> names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string tupleText(std::span<const std::string> names)
{
    return "(" + commaText(names) + (names.size() == 1 ? ",)" : ")");
}

std::string targetText(std::span<const std::string> names)
{
    return names.size() == 1 ? tupleText(names) : commaText(names);
}

std::string tupleText(std::span<const int64_t> numbers)
{
    std::vector<std::string> texts;
    for (const int64_t number : numbers)
        texts.push_back(std::to_string(number));
    return tupleText(texts);
}

namespace {

constexpr size_t kLineWidth = 60; ///< of what lists hold

/// The part of a tensor from element `first` on, its axes from `axis` on.
std::string partText(const Tensor& tensor, int axis, int64_t first, int indent)
{
    if (axis == tensor.shape().rank())
        return tensor.dtype() == DType::String ? quoted(tensor.strings()[size_t(first)])
                                               : numberText(tensor, first);
    const int64_t stride = tensor.shape().denseStrides()[axis];
    const bool isInnermost = axis + 1 == tensor.shape().rank();
    std::string text = "[";
    size_t lineStart = 0;
    for (int64_t i = 0; i < tensor.shape()[axis]; ++i) {
        const std::string part = partText(tensor, axis + 1, first + i * stride, indent + 1);
        if (i > 0) {
            const bool isLong = text.size() + part.size() > lineStart + kLineWidth;
            const bool isBroken = isInnermost ? isLong : isLong || text.find('\n') != text.npos;
            text += isBroken ? ",\n" + std::string(static_cast<size_t>(indent) + 1, ' ') : ", ";
            if (isBroken)
                lineStart = text.size();
        }
        text += part;
    }
    return text + "]";
}

const std::set<std::string_view>& pythonWords()
{
    static const std::set<std::string_view> words{
        "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
        "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
        "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
        "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};
    return words;
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}

}

std::string listText(const Tensor& tensor, int indent)
{
    return partText(tensor, 0, 0, indent);
}

std::string quoted(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result += '\\';
        result += byte < 0x20 || byte == 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
    }
    return result + "\"";
}

bool isPythonName(std::string_view name)
{
    if (name.empty() || isDigit(name.front()) || pythonWords().contains(name))
        return false;
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return isLetter(c) || isDigit(c) || c == '_'; });
}

std::string functionName(std::string_view op)
{
    // Names that the written code uses itself.
    static const std::set<std::string_view> taken{"tf", "torch", "jax", "jnp",   "np",
                                                  "x",  "y",     "dy",  "check", "keras"};
    std::string name;
    for (size_t i = 0; i < op.size(); ++i) {
        const char c = op[i];
        const bool beginsWord = isUpper(c) && i > 0 && !isUpper(op[i - 1]);
        if (beginsWord && !name.empty() && name.back() != '_')
            name += '_';
        name += isLetter(c) || isDigit(c) ? static_cast<char>(isUpper(c) ? c - 'A' + 'a' : c) : '_';
    }
    if (name.empty() || isDigit(name.front()))
        name = "op_" + name;
    return isPythonName(name) && !taken.contains(name) ? name : name + "_op";
}

std::string className(std::string_view op)
{
    std::string name;
    bool beginsWord = true;
    for (const char c : op) {
        if (!isLetter(c) && !isDigit(c)) {
            beginsWord = true;
            continue;
        }
        name += beginsWord && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        beginsWord = false;
    }
    return name.empty() || isDigit(name.front()) ? "Op" + name : name;
}

}
