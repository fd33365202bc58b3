#pragma once

#include "engine/expressions/operands.h"

#include <optional>
#include <string_view>

namespace backstep {

/// `x.shape`, `x.T`, `x.dtype` and the like; nothing for a name that is no such attribute.
std::optional<PythonValue> tensorAttribute(const Value& x, std::string_view name);

/// `x[index]` with integers, slices, None and `...`, and one tensor of integers. Errors fail the
/// builder.
PythonValue indexed(const Operands& operands, const Value& x, const PythonValue& index);
/// The item or items of a tuple; an Error fails the builder.
PythonValue indexed(const Operands& operands, const PythonTuple& tuple, const PythonValue& index);

/// `x[mask] = value`: x with `value` where the mask holds. Other places to write to are refused.
Value withAssigned(const Operands& operands, const Value& x, const PythonValue& mask,
                   const PythonValue& value);

}
