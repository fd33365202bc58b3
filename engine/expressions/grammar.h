#pragma once

#include <optional>
#include <string_view>

namespace backstep {

/// For a word of Python that is no name, such as `lambda`: what to write instead.
std::optional<std::string_view> hintForPythonWord(std::string_view word);

/// Binding strength of a binary operator as in Python, 1 (comparisons) to 5; 0 for anything else.
/// `**` binds stronger than all of them and to the right.
int strengthOf(std::string_view symbol);

}
