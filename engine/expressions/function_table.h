#pragma once

#include "engine/expressions/python_value.h"

#include <span>
#include <string_view>

namespace backstep {

class FunctionCall;

/// One function that a pasted text may call: everything about it in one row.
struct FunctionEntry {
    std::string_view name; ///< ours: "log_softmax"
    /// As in Python, `*shape` takes the rest: "x, axis=None, keepdims=False".
    std::string_view parameters;
    /// Where it is found: "reduce_sum: tf tf.math; sum: torch np .", "." is a method. A module may
    /// have parameters of its own: "F(input, negative_slope=0.01)".
    std::string_view spellings;
    std::string_view summary;    ///< one line without full stop
    std::string_view derivative; ///< "dx = dy * exp(x)", or why there is none
    /// The ONNX operator that it is, or "" where `build` says what it is made of.
    std::string_view op = {};
    PythonValue (*build)(FunctionCall&) = nullptr;
};

// One table for each family of functions; a new family adds a line here and one in spellings.cpp.
std::span<const FunctionEntry> elementwiseFunctions();
std::span<const FunctionEntry> arithmeticFunctions();
std::span<const FunctionEntry> activationFunctions();
std::span<const FunctionEntry> comparisonFunctions();
std::span<const FunctionEntry> reductionFunctions();
std::span<const FunctionEntry> productFunctions();
std::span<const FunctionEntry> shapeFunctions();
std::span<const FunctionEntry> joinFunctions();
std::span<const FunctionEntry> creationFunctions();
std::span<const FunctionEntry> conversionFunctions();

}
