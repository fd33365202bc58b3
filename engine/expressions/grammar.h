#pragma once

#include <optional>
#include <string_view>

namespace backstep {

/// For a word of Python that is no name here, such as `if` or `lambda`: what to write instead.
std::optional<std::string_view> hintForPythonWord(std::string_view word);

/// Binding strength of a binary operator as in Python, 1 (comparisons) to 5; 0 for anything else.
/// `**` binds stronger than all of them and to the right.
int strengthOf(std::string_view symbol);

/// The number that two numbers make, or nothing where the operator does not give one.
std::optional<double> folded(std::string_view op, double a, double b);

}
