#pragma once

#include "engine/tensor/tensor.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// How strongly a piece of Python holds together: the precedence of its weakest operator.
enum class Binding : uint8_t {
    Comparison,
    BitOr,
    BitXor,
    BitAnd,
    Sum,
    Product,
    Sign,  ///< -x, ~x
    Power, ///< binds to the right
    Whole, ///< a name, a call, something in brackets
};

/// A piece of Python with what is needed to put it into another one.
struct PythonText {
    std::string text;
    Binding binding = Binding::Whole;
};

/// The weakest operator of a text outside its brackets.
Binding bindingOf(std::string_view text);

/// A pattern such as "{0} - {x} * 2" with its {words} put in: as they are, with brackets where the
/// operators around them bind stronger than their own. A word that is not known stays as it is.
PythonText filledIn(std::string_view pattern, const std::map<std::string, PythonText>& words);

/// How often a pattern holds {word}.
int countOf(std::string_view pattern, const std::string& word);

/// "1.0", "0.1", "-2", "True", "float('inf')": element `index` as Python reads it back to the same
/// value. Not for strings.
std::string numberText(const Tensor& tensor, int64_t index);

/// "(2, 3)", "(2,)", "()"
std::string tupleText(std::span<const int64_t> numbers);
/// "a, b"; the same in brackets as a tuple: "(a,)"
std::string commaText(std::span<const std::string> names);
std::string tupleText(std::span<const std::string> names);
/// What a tuple is taken apart into: "a, b"; "(a,)" of one.
std::string targetText(std::span<const std::string> names);

/// A tensor as nested lists; lines break after rows where they would get long, the rows below
/// `indent` spaces.
std::string listText(const Tensor& tensor, int indent);
/// A string in quotes, as Python reads it back.
std::string quoted(std::string_view text);

/// "leaky_relu" of "LeakyRelu": a name for a function; never a word of Python.
std::string functionName(std::string_view op);
/// "LeakyRelu", "MyOp" of "my.op": a name for a class.
std::string className(std::string_view op);
/// True for letters, digits and _ that do not begin with a digit, and no word of Python.
bool isPythonName(std::string_view name);

}
