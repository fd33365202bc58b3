#pragma once

#include "engine/expressions/function_table.h"
#include "engine/expressions/operands.h"

#include <map>
#include <string>
#include <vector>

namespace backstep {

/// The arguments of one call by our own parameter names, read as what a lowering needs. What does
/// not fit fails the builder, and the rest of the lowering then runs on absent Values.
class FunctionCall
{
public:
    FunctionCall(Operands& operands, std::string_view name, const FunctionEntry& entry,
                 std::map<std::string, PythonValue, std::less<>> arguments)
        : m_operands(operands), m_name(name), m_entry(entry), m_arguments(std::move(arguments))
    {}
    GraphBuilder& builder() const { return m_operands.builder(); }
    Operands& operands() const { return m_operands; }
    std::string_view op() const { return m_entry.op; }
    std::string_view name() const { return m_name; } ///< as typed: "tf.math.reduce_sum"

    /// None where it was left out and has no other default.
    const PythonValue& at(std::string_view parameter) const;
    bool isNone(std::string_view parameter) const { return at(parameter).isNone(); }
    /// As it is; a number becomes a scalar of the dtype that numbers have here.
    Value tensor(std::string_view parameter) const;
    /// The same, integers and booleans made floating.
    Value floatingTensor(std::string_view parameter) const;
    std::vector<Value> ofOneDType(std::initializer_list<std::string_view> parameters) const;
    Value condition(std::string_view parameter) const;
    /// Of a list or tuple, all of one dtype.
    std::vector<Value> tensors(std::string_view parameter) const;
    double number(std::string_view parameter) const;
    int64_t integer(std::string_view parameter) const;
    bool flag(std::string_view parameter) const;
    std::string text(std::string_view parameter) const;
    /// An integer, or a tuple of them.
    std::vector<int64_t> integers(std::string_view parameter) const;
    /// One axis of a tensor of this rank, counted from the front.
    int64_t axis(std::string_view parameter, int rank) const;
    /// Axes counted from the front; of None every axis.
    std::vector<int64_t> axes(std::string_view parameter, int rank) const;

    Value fail(std::string message, std::string hint = {}) const;

private:
    Operands& m_operands;
    std::string_view m_name;
    const FunctionEntry& m_entry;
    std::map<std::string, PythonValue, std::less<>> m_arguments;
};

/// Short forms for lowerings: one operator on floating operands.
inline Value node(const char* op, const Value& x)
{
    return x.isPresent() ? x.builder().add(op, {x}) : Value();
}
inline Value node(const char* op, const Value& a, const Value& b)
{
    return a.isPresent() && b.isPresent() ? a.builder().add(op, {a, b}) : Value();
}

}
