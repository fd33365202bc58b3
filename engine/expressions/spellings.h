#pragma once

#include "engine/base/result.h"
#include "engine/expressions/function_table.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// A parameter as one framework calls it.
struct FunctionParameter {
    std::string name;  ///< as the framework has it: "dim"
    std::string ours;  ///< as lowerings ask for it: "axis"
    std::string shown; ///< with its default: "dim=None"
    std::optional<PythonValue> fallback = {};
    bool takesRest = false; ///< "*shape"
};

/// A function under one module and name.
struct FunctionSpelling {
    std::string module; ///< "tf.math", "F"; "." for a method; "" without a module
    std::string name;
    const FunctionEntry* entry = nullptr;
    std::vector<FunctionParameter> parameters;

    /// "tf.math.exp"; ".abs" for a method
    std::string text() const;
    /// "leaky_relu(input, negative_slope=0.01)"; a method without its own tensor
    std::string signature() const;
};

/// Every spelling of every function, in the order of the tables.
std::span<const FunctionSpelling> functionSpellings();

/// What a dotted name stands for: "torch.nn.functional" is "F", "numpy" is "np". Empty for a name
/// that is neither a module nor leads to one.
std::optional<PythonModule> moduleNamed(std::string_view dottedName);
/// "F" for "torch.nn.functional": where its functions are found in the table.
std::vector<std::string> moduleNames();

/// The function `name` of a module. The Error says where it exists, or which name is near.
Result<const FunctionSpelling*> functionIn(std::string_view module, std::string_view name);
/// The method `name`, or null.
const FunctionSpelling* methodNamed(std::string_view name);
/// A name without a module, as after `from jax.numpy import exp`, or null. Python's own `max` and
/// `min` are of two operands.
const FunctionSpelling* functionNamed(std::string_view name);

/// `np.pi`, `tf.float32`, `np.newaxis`: what a module holds that is no function.
std::optional<PythonValue> constantIn(std::string_view module, std::string_view name);
/// "float32", "float", "int64": as modules and strings name dtypes.
std::optional<DType> pythonDType(std::string_view name);

/// True where a framework calls our parameter `ours` by this word: "axis" is "dim".
bool isParameterAlias(std::string_view ours, std::string_view word);

/// Arguments by our own parameter names, defaults filled in. Keywords are taken as any framework
/// spells them (dim, axis); the Error names what is missing, unknown or given twice.
Result<std::map<std::string, PythonValue, std::less<>>>
boundArguments(const FunctionSpelling& spelling, std::vector<PythonValue> positional,
               std::vector<std::pair<std::string, PythonValue>> keywords);

}
