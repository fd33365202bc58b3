#include "engine/expressions/functions.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numbers>

namespace backstep {

namespace {

constexpr std::array<BareFunction, 35> kFunctions{{
    {"exp", "Exp", 1},
    {"log", "Log", 1},
    {"sqrt", "Sqrt", 1},
    {"tanh", "Tanh", 1},
    {"sigmoid", "Sigmoid", 1},
    {"sin", "Sin", 1},
    {"cos", "Cos", 1},
    {"abs", "Abs", 1},
    {"absolute", "Abs", 1},
    {"sign", "Sign", 1},
    {"relu", "Relu", 1},
    {"erf", "Erf", 1},
    {"square", "Square", 1},
    {"negative", "Neg", 1},
    {"zeros_like", "ZerosLike", 1},
    {"ones_like", "OnesLike", 1},
    {"maximum", "Max", 2},
    {"minimum", "Min", 2},
    {"add", "Add", 2},
    {"subtract", "Sub", 2},
    {"multiply", "Mul", 2},
    {"divide", "Div", 2},
    {"pow", "Pow", 2},
    {"power", "Pow", 2},
    {"less", "Less", 2},
    {"less_equal", "LessOrEqual", 2},
    {"greater", "Greater", 2},
    {"greater_equal", "GreaterOrEqual", 2},
    {"equal", "Equal", 2},
    {"logical_and", "And", 2},
    {"logical_or", "Or", 2},
    {"where", "Where", 3},
    {"clip", "Clip", 3},
    {"clamp", "Clip", 3},
    {"clip_by_value", "Clip", 3},
}};

constexpr std::array<std::string_view, 20> kPrefixes{"tf",
                                                     "tf.math",
                                                     "tf.nn",
                                                     "tf.keras.activations",
                                                     "keras.ops",
                                                     "keras.activations",
                                                     "ops",
                                                     "torch",
                                                     "torch.nn.functional",
                                                     "torch.special",
                                                     "F",
                                                     "np",
                                                     "numpy",
                                                     "jnp",
                                                     "jax.numpy",
                                                     "jax.nn",
                                                     "jax.lax",
                                                     "lax",
                                                     "math",
                                                     "scipy.special"};

std::vector<std::string> spelledNames()
{
    std::vector<std::string> names;
    for (const BareFunction& function : kFunctions)
        names.emplace_back(function.name);
    return names;
}

std::pair<std::string_view, std::string_view> prefixAndName(std::string_view dottedName)
{
    const size_t dot = dottedName.rfind('.');
    if (dot == std::string_view::npos)
        return {"", dottedName};
    return {dottedName.substr(0, dot), dottedName.substr(dot + 1)};
}

bool isPrefix(std::string_view prefix)
{
    return prefix.empty() ||
           std::find(kPrefixes.begin(), kPrefixes.end(), prefix) != kPrefixes.end();
}

}

std::span<const BareFunction> bareFunctions()
{
    return kFunctions;
}

Result<const BareFunction*> bareFunctionNamed(std::string_view dottedName)
{
    const auto [prefix, name] = prefixAndName(dottedName);
    const auto known = std::find_if(kFunctions.begin(), kFunctions.end(),
                                    [&](const auto& function) { return function.name == name; });
    if (known == kFunctions.end()) {
        const std::vector<std::string> names = spelledNames();
        const std::string near = closestWord(name, names);
        return Error{"expression", fmt::format("There is no function '{}'", printable(dottedName)),
                     near.empty() ? "Known functions: " + join(names, ", ") + "."
                                  : "Did you mean '" + near + "'?"};
    }
    if (!isPrefix(prefix)) {
        std::vector<std::string> prefixes(kPrefixes.begin(), kPrefixes.end());
        return Error{"expression",
                     fmt::format("'{}' is no known prefix of '{}'", printable(prefix), name),
                     "Known prefixes: " + join(prefixes, ", ") + "."};
    }
    return &*known;
}

bool isKnownConstant(std::string_view dottedName, double& value)
{
    const auto [prefix, name] = prefixAndName(dottedName);
    if (prefix.empty() || !isPrefix(prefix) || (name != "pi" && name != "e"))
        return false;
    value = name == "pi" ? std::numbers::pi : std::numbers::e;
    return true;
}

}
