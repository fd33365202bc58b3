#include "engine/expressions/python_value.h"

#include "engine/base/text.h"

#include <fmt/format.h>

namespace backstep {

PythonValue integerValue(int64_t value)
{
    return PythonNumber{static_cast<double>(value), true};
}

PythonValue tupleOf(std::span<const int64_t> sizes)
{
    PythonTuple tuple;
    for (const int64_t size : sizes)
        tuple.items.push_back(integerValue(size));
    return tuple;
}

namespace {

struct Describe {
    std::string operator()(const PythonNone&) const { return "None"; }
    std::string operator()(bool value) const { return value ? "True" : "False"; }
    std::string operator()(const PythonNumber& number) const
    {
        return fmt::format("the number {}", number.value);
    }
    std::string operator()(const std::string& text) const
    {
        return fmt::format("the string \"{}\"", printable(text));
    }
    std::string operator()(const Value& value) const
    {
        return fmt::format("a tensor {} {}", nameOf(value.dtype()), value.shape().text());
    }
    std::string operator()(DType dtype) const { return fmt::format("the dtype {}", nameOf(dtype)); }
    std::string operator()(const PythonTuple& tuple) const
    {
        return fmt::format("a tuple of {}", tuple.items.size());
    }
    std::string operator()(const PythonSlice&) const { return "a slice"; }
    std::string operator()(const PythonEllipsis&) const { return "'...'"; }
    std::string operator()(const PythonModule& module) const
    {
        return fmt::format("the module {}", module.path);
    }
    template<class Other> std::string operator()(const Other&) const { return "a function"; }
};

}

std::string described(const PythonValue& value)
{
    return std::visit(Describe{}, value.kind);
}

}
