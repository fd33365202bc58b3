#pragma once

#include "engine/expressions/python_value.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// Makes tensors of one dtype out of what a text computes with. Numbers take the dtype of the
/// tensor beside them; integers and booleans that meet floats become floats; of two floating
/// widths the wider one wins, as in NumPy and PyTorch. Errors fail the builder.
class Operands
{
public:
    /// `reference`: the floating dtype that numbers have where no tensor is beside them.
    Operands(GraphBuilder& builder, DType reference) : m_builder(builder), m_reference(reference) {}
    GraphBuilder& builder() const { return m_builder; }
    DType reference() const { return m_reference; }
    /// What is built is the op's forward: a gradient flows through it later.
    bool isForward() const { return m_isForward; }
    /// Of an op's forward: what `weight('lstm/W')` may name, by the names of the file.
    void setForward(const std::map<std::string, Value>* weights)
    {
        m_isForward = true;
        m_weights = weights;
    }
    /// The weight of this name, or the only one whose name ends so: "W" for "lstm/W". Fails the
    /// builder where there is none, or more than one.
    Value weight(const std::string& name) const;

    Value tensor(const PythonValue& value) const;
    Value floatingTensor(const PythonValue& value) const;
    /// A boolean tensor; numbers and tensors of numbers are true unless 0.
    Value condition(const PythonValue& value) const;
    std::vector<Value> ofOneDType(std::span<const PythonValue> values) const;
    /// The floating dtype that a text asks for. A pass in float64 widens every cast (SEMANTICS
    /// R13), so `tf.cast(x > 0, tf.float32)` does not cost precision there.
    DType castTarget(DType asked) const;
    Value cast(const Value& value, DType asked) const;

    /// `+ - * / // % ** @ < <= > >= == != & |` of two operands.
    PythonValue binary(std::string_view symbol, const PythonValue& a, const PythonValue& b) const;
    /// `- + ~`
    PythonValue unary(std::string_view symbol, const PythonValue& a) const;
    Value power(const PythonValue& base, const PythonValue& exponent) const;
    Value quotient(const PythonValue& a, const PythonValue& b) const;
    Value fail(std::string message, std::string hint = {}) const;

private:
    Value logical(const char* op, const PythonValue& a, const PythonValue& b) const;

    GraphBuilder& m_builder;
    DType m_reference;
    bool m_isForward = false;
    const std::map<std::string, Value>* m_weights = nullptr;
};

/// The number that two numbers make, as Python computes it; nothing where the operator gives none.
std::optional<PythonNumber> folded(std::string_view symbol, PythonNumber a, PythonNumber b);

}
