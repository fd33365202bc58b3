#include "engine/expressions/operands.h"

#include "engine/base/text.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace backstep {

namespace {

/// "W" and "cell/W" for "lstm/cell/W".
bool endsAsPart(std::string_view name, std::string_view end)
{
    return !end.empty() && name.size() > end.size() && name.ends_with(end) &&
           std::string_view("/.:").find(name[name.size() - end.size() - 1]) !=
               std::string_view::npos;
}

/// A few of many.
std::string listed(std::vector<std::string> names)
{
    constexpr size_t kShown = 6;
    const size_t more = names.size() - std::min(names.size(), kShown);
    names.resize(names.size() - more);
    return printable(join(names, ", ")) + (more > 0 ? fmt::format(" and {} more", more) : "");
}

/// Operators as typed, as ONNX calls them where both operands have one dtype.
constexpr std::array<std::pair<std::string_view, const char*>, 10> kOperators{{
    {"+", "Add"},
    {"-", "Sub"},
    {"*", "Mul"},
    {"%", "Mod"},
    {"<", "Less"},
    {"<=", "LessOrEqual"},
    {">", "Greater"},
    {">=", "GreaterOrEqual"},
    {"==", "Equal"},
    {"@", "MatMul"},
}};

/// The wider of two floating dtypes; of float16 and bfloat16 what holds both.
DType widerOf(DType a, DType b)
{
    if (a == b)
        return a;
    return a == DType::Float64 || b == DType::Float64 ? DType::Float64 : DType::Float32;
}

bool isTruth(const PythonValue& value)
{
    const Value* tensor = value.as<Value>();
    return value.as<bool>() || (tensor && tensor->dtype() == DType::Bool);
}

bool isIntegerTensor(const PythonValue& value)
{
    const Value* tensor = value.as<Value>();
    return tensor && tensor->isPresent() && integers.has(tensor->dtype());
}

/// Which dtype several operands take together (PyTorch's and NumPy's promotion, but for integers
/// that meet only numbers with a fraction: they become floats of the reference's width).
DType commonDType(std::span<const PythonValue> values, DType reference)
{
    DType floatingType = DType::Undefined, integerType = DType::Undefined;
    bool hasFraction = false;
    for (const PythonValue& value : values) {
        if (const Value* tensor = value.as<Value>(); tensor && tensor->isPresent()) {
            const DType dtype = tensor->dtype();
            if (isFloating(dtype))
                floatingType =
                    floatingType == DType::Undefined ? dtype : widerOf(floatingType, dtype);
            else if (integers.has(dtype))
                integerType =
                    integerType == DType::Undefined || integerType == dtype ? dtype : DType::Int64;
        }
        if (const PythonNumber* number = value.as<PythonNumber>())
            hasFraction = hasFraction || !number->isInteger;
    }
    if (floatingType != DType::Undefined)
        return floatingType;
    return integerType != DType::Undefined && !hasFraction ? integerType : reference;
}

}

Value Operands::weight(const std::string& name) const
{
    if (!m_weights)
        return fail("A weight is read by a forward alone",
                    "Give what the op computes as its forward; the weight's gradient follows.");
    if (const auto found = m_weights->find(name); found != m_weights->end())
        return found->second;
    std::vector<std::string> known, meant;
    for (const auto& [each, value] : *m_weights) {
        known.push_back(each);
        if (endsAsPart(each, name))
            meant.push_back(each);
    }
    if (meant.size() == 1)
        return m_weights->at(meant.front());
    if (meant.size() > 1)
        return fail(fmt::format("'{}' may be any of {} weights: {}", printable(name), meant.size(),
                                listed(meant)),
                    "Write the whole name.");
    const std::string near = closestWord(name, known);
    return fail(fmt::format("The model has no weight named '{}'", printable(name)),
                known.empty()  ? "It has none."
                : near.empty() ? "There are " + listed(known) + "."
                               : "Did you mean '" + printable(near) + "'?");
}

Value Operands::fail(std::string message, std::string hint) const
{
    m_builder.fail({"expression", std::move(message), std::move(hint)});
    return {};
}

Value Operands::tensor(const PythonValue& value) const
{
    if (const Value* tensor = value.as<Value>())
        return *tensor;
    if (const PythonNumber* number = value.as<PythonNumber>())
        return m_builder.constant(Tensor::scalar(number->value, m_reference));
    if (const bool* truth = value.as<bool>())
        return m_builder.constant(Tensor::scalar(*truth, DType::Bool));
    if (value.isNone())
        return fail("None stands alone, for an input without a gradient; expected a tensor or a "
                    "number");
    if (value.as<std::string>())
        return fail(fmt::format("Found {}; a string has no meaning in a gradient, expected a "
                                "tensor or a number",
                                described(value)));
    return fail(fmt::format("Found {}; expected a tensor or a number", described(value)));
}

Value Operands::floatingTensor(const PythonValue& value) const
{
    const Value found = tensor(value);
    return found.isPresent() && !isFloating(found.dtype()) ? castTo(found, m_reference) : found;
}

Value Operands::condition(const PythonValue& value) const
{
    const Value found = tensor(value);
    if (!found.isPresent() || found.dtype() == DType::Bool)
        return found;
    return m_builder.add("Not", {m_builder.add("Equal", {found, m_builder.scalar(0, found)})});
}

std::vector<Value> Operands::ofOneDType(std::span<const PythonValue> values) const
{
    const DType dtype = commonDType(values, m_reference);
    std::vector<Value> tensors;
    for (const PythonValue& value : values) {
        const PythonNumber* number = value.as<PythonNumber>();
        tensors.push_back(number ? m_builder.constant(Tensor::scalar(number->value, dtype))
                                 : castTo(tensor(value), dtype));
    }
    for (const Value& value : tensors)
        if (!value.isPresent())
            return std::vector<Value>(values.size());
    return tensors;
}

DType Operands::castTarget(DType asked) const
{
    return isFloating(asked) && m_reference == DType::Float64 ? DType::Float64 : asked;
}

Value Operands::cast(const Value& value, DType asked) const
{
    return castTo(value, castTarget(asked));
}

Value Operands::logical(const char* op, const PythonValue& a, const PythonValue& b) const
{
    if (isIntegerTensor(a) && isIntegerTensor(b)) {
        const std::vector<Value> both = ofOneDType(std::vector<PythonValue>{a, b});
        return m_builder.add(std::string("Bitwise") + op, both);
    }
    const Value left = condition(a), right = condition(b);
    return left.isPresent() && right.isPresent() ? m_builder.add(op, {left, right}) : Value();
}

/// x**2 and the like are products, exact and cheaper than Pow.
Value Operands::power(const PythonValue& base, const PythonValue& exponent) const
{
    const PythonNumber* number = exponent.as<PythonNumber>();
    const Value x = number ? floatingTensor(base) : Value();
    if (!number || number->value < 1 || number->value > 4 ||
        number->value != std::floor(number->value)) {
        const std::vector<Value> both = ofOneDType(std::vector<PythonValue>{base, exponent});
        return both[0].isPresent() ? m_builder.add("Pow", both) : Value();
    }
    if (number->value == 1)
        return x;
    const Value square = x * x;
    if (number->value == 2)
        return square;
    return square * (number->value == 3 ? x : square);
}

Value Operands::quotient(const PythonValue& a, const PythonValue& b) const
{
    std::vector<Value> both = ofOneDType(std::vector<PythonValue>{a, b});
    for (Value& value : both) // in Python `/` of integers gives a fraction
        if (value.isPresent() && !isFloating(value.dtype()))
            value = castTo(value, m_reference);
    return both[0] / both[1];
}

PythonValue Operands::binary(std::string_view symbol, const PythonValue& a,
                             const PythonValue& b) const
{
    if (symbol == "&" || symbol == "|")
        return logical(symbol == "&" ? "And" : "Or", a, b);
    if (symbol == "**")
        return power(a, b);
    if (symbol == "/")
        return quotient(a, b);
    if (symbol == "==" && isTruth(a) && isTruth(b))
        return m_builder.add("Equal", {tensor(a), tensor(b)});
    const std::vector<Value> both = ofOneDType(std::vector<PythonValue>{a, b});
    if (!both[0].isPresent())
        return Value();
    if (symbol == "!=")
        return m_builder.add("Not", {m_builder.add("Equal", both)});
    if (symbol == "//") {
        if (isFloating(both[0].dtype()))
            return m_builder.add("Floor", {both[0] / both[1]});
        // Div of integers cuts towards 0; Python rounds down: take the remainder away first.
        return (both[0] - m_builder.add("Mod", both)) / both[1];
    }
    if (symbol == "%" && isFloating(both[0].dtype())) // Mod of floats has the sign of x in ONNX
        return both[0] - both[1] * m_builder.add("Floor", {both[0] / both[1]});
    for (const auto& [typed, op] : kOperators)
        if (typed == symbol)
            return m_builder.add(op, both);
    return fail(fmt::format("The operator {} is not read", symbol));
}

PythonValue Operands::unary(std::string_view symbol, const PythonValue& a) const
{
    if (const PythonNumber* number = a.as<PythonNumber>(); number && symbol != "~")
        return PythonNumber{symbol == "-" ? -number->value : number->value, number->isInteger};
    if (symbol == "~") {
        const Value truth = condition(a);
        return truth.isPresent() ? m_builder.add("Not", {truth}) : truth;
    }
    const Value x = isIntegerTensor(a) ? tensor(a) : floatingTensor(a);
    return symbol == "-" ? -x : x;
}

std::optional<PythonNumber> folded(std::string_view symbol, PythonNumber a, PythonNumber b)
{
    const bool isInteger = a.isInteger && b.isInteger;
    if (symbol == "+")
        return PythonNumber{a.value + b.value, isInteger};
    if (symbol == "-")
        return PythonNumber{a.value - b.value, isInteger};
    if (symbol == "*")
        return PythonNumber{a.value * b.value, isInteger};
    if (symbol == "/")
        return PythonNumber{a.value / b.value, false};
    if (symbol == "//")
        return PythonNumber{std::floor(a.value / b.value), isInteger};
    if (symbol == "%")
        return PythonNumber{a.value - b.value * std::floor(a.value / b.value), isInteger};
    if (symbol == "**")
        return PythonNumber{std::pow(a.value, b.value), isInteger && b.value >= 0};
    return std::nullopt;
}

}
