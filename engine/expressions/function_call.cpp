#include "engine/expressions/function_call.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

namespace backstep {

const PythonValue& FunctionCall::at(std::string_view parameter) const
{
    static const PythonValue none;
    const auto found = m_arguments.find(parameter);
    return found == m_arguments.end() ? none : found->second;
}

Value FunctionCall::tensor(std::string_view parameter) const
{
    return m_operands.tensor(at(parameter));
}

Value FunctionCall::floatingTensor(std::string_view parameter) const
{
    return m_operands.floatingTensor(at(parameter));
}

std::vector<Value>
FunctionCall::ofOneDType(std::initializer_list<std::string_view> parameters) const
{
    std::vector<PythonValue> values;
    for (const std::string_view parameter : parameters)
        values.push_back(at(parameter));
    return m_operands.ofOneDType(values);
}

Value FunctionCall::condition(std::string_view parameter) const
{
    return m_operands.condition(at(parameter));
}

std::vector<Value> FunctionCall::tensors(std::string_view parameter) const
{
    const PythonTuple* list = at(parameter).as<PythonTuple>();
    if (!list) {
        fail(
            fmt::format("{} wants a list of tensors and got {}", m_name, described(at(parameter))));
        return {};
    }
    return m_operands.ofOneDType(list->items);
}

double FunctionCall::number(std::string_view parameter) const
{
    if (const PythonNumber* number = at(parameter).as<PythonNumber>())
        return number->value;
    if (const bool* truth = at(parameter).as<bool>())
        return *truth;
    fail(fmt::format("{} of {} is {}; expected a number", parameter, m_name,
                     described(at(parameter))));
    return 0;
}

int64_t FunctionCall::integer(std::string_view parameter) const
{
    const double found = number(parameter);
    // Beyond 2^53 a double no longer tells integers apart, and far beyond the cast is undefined.
    if (!(std::abs(found) <= 9e15) || found != std::floor(found)) {
        fail(fmt::format("{} of {} is {}; expected an integer", parameter, m_name, found));
        return 0;
    }
    return static_cast<int64_t>(found);
}

bool FunctionCall::flag(std::string_view parameter) const
{
    if (isNone(parameter))
        return false;
    if (const bool* truth = at(parameter).as<bool>())
        return *truth;
    return number(parameter) != 0;
}

std::string FunctionCall::text(std::string_view parameter) const
{
    if (const std::string* text = at(parameter).as<std::string>())
        return *text;
    fail(fmt::format("{} of {} is {}; expected a string", parameter, m_name,
                     described(at(parameter))));
    return {};
}

std::vector<int64_t> FunctionCall::integers(std::string_view parameter) const
{
    PythonTuple items;
    if (const PythonTuple* tuple = at(parameter).as<PythonTuple>())
        items = *tuple;
    else
        items.items.push_back(at(parameter));
    // view((2, 3)) and view(2, 3) are the same.
    if (items.items.size() == 1 && items.items.front().as<PythonTuple>())
        items = PythonTuple(*items.items.front().as<PythonTuple>());
    std::vector<int64_t> integers;
    for (const PythonValue& item : items.items) {
        const PythonNumber* number = item.as<PythonNumber>();
        if (!number || !(std::abs(number->value) <= 9e15) ||
            number->value != std::floor(number->value)) {
            fail(fmt::format("{} of {} holds {}; expected integers", parameter, m_name,
                             described(item)),
                 "Sizes and axes are written as numbers or taken from x.shape.");
            return {};
        }
        integers.push_back(static_cast<int64_t>(number->value));
    }
    return integers;
}

int64_t FunctionCall::axis(std::string_view parameter, int rank) const
{
    const Result<int> axis = normalizedAxis(integer(parameter), rank);
    if (axis)
        return *axis;
    fail(fmt::format("{} of {}: {}", parameter, m_name, axis.error().message));
    return 0;
}

std::vector<int64_t> FunctionCall::axes(std::string_view parameter, int rank) const
{
    std::vector<int64_t> all(static_cast<size_t>(rank));
    std::iota(all.begin(), all.end(), 0);
    if (isNone(parameter))
        return all;
    std::vector<int64_t> axes = integers(parameter);
    for (int64_t& axis : axes) {
        const Result<int> counted = normalizedAxis(axis, rank);
        if (!counted) {
            fail(fmt::format("{} of {}: {}", parameter, m_name, counted.error().message));
            return {};
        }
        axis = *counted;
    }
    return axes;
}

Value FunctionCall::fail(std::string message, std::string hint) const
{
    return m_operands.fail(std::move(message), std::move(hint));
}

}
