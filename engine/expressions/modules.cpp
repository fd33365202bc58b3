#include "engine/expressions/spellings.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numbers>
#include <set>
#include <utility>

namespace backstep {

namespace {

/// Modules as people write them, and where the tables have their functions.
constexpr std::array<std::pair<std::string_view, std::string_view>, 34> kModules{{
    {"tf", "tf"},
    {"tensorflow", "tf"},
    {"tf.math", "tf.math"},
    {"tf.nn", "tf.nn"},
    {"tf.linalg", "tf.linalg"},
    {"keras.ops", "keras.ops"},
    {"tf.keras.ops", "keras.ops"},
    {"ops", "keras.ops"},
    {"keras.activations", "keras.activations"},
    {"tf.keras.activations", "keras.activations"},
    {"torch", "torch"},
    {"torch.nn.functional", "F"},
    {"nn.functional", "F"},
    {"F", "F"},
    {"torch.special", "torch.special"},
    {"torch.linalg", "torch.linalg"},
    {"np", "np"},
    {"numpy", "np"},
    {"np.linalg", "np.linalg"},
    {"numpy.linalg", "np.linalg"},
    {"jnp", "jnp"},
    {"jax.numpy", "jnp"},
    {"jnp.linalg", "jnp.linalg"},
    {"jax.numpy.linalg", "jnp.linalg"},
    {"jax.nn", "jax.nn"},
    {"jax.lax", "jax.lax"},
    {"lax", "jax.lax"},
    {"scipy.special", "scipy.special"},
    {"jax.scipy.special", "scipy.special"},
    {"math", "math"},
    {"jax", "jax"},
    {"keras", "keras"},
    {"nn", "nn"},
    {"scipy", "scipy"},
}};

constexpr std::array<std::pair<std::string_view, DType>, 20> kDTypes{{
    {"float32", DType::Float32},   {"float", DType::Float32},   {"float64", DType::Float64},
    {"double", DType::Float64},    {"float16", DType::Float16}, {"half", DType::Float16},
    {"bfloat16", DType::BFloat16}, {"int32", DType::Int32},     {"int", DType::Int32},
    {"int64", DType::Int64},       {"long", DType::Int64},      {"int16", DType::Int16},
    {"short", DType::Int16},       {"int8", DType::Int8},       {"uint8", DType::UInt8},
    {"uint16", DType::UInt16},     {"uint32", DType::UInt32},   {"uint64", DType::UInt64},
    {"bool", DType::Bool},         {"bool_", DType::Bool},
}};

}

std::vector<std::string> moduleNames()
{
    std::vector<std::string> names;
    for (const auto& [typed, module] : kModules)
        names.emplace_back(typed);
    return names;
}

std::optional<PythonModule> moduleNamed(std::string_view dottedName)
{
    for (const auto& [typed, module] : kModules)
        if (typed == dottedName)
            return PythonModule{std::string(module)};
    const std::string inside = std::string(dottedName) + ".";
    for (const auto& [typed, module] : kModules)
        if (typed.starts_with(inside))
            return PythonModule{std::string(dottedName)};
    return std::nullopt;
}

std::optional<DType> pythonDType(std::string_view name)
{
    for (const auto& [known, dtype] : kDTypes)
        if (known == name)
            return dtype;
    return std::nullopt;
}

std::optional<PythonValue> constantIn(std::string_view module, std::string_view name)
{
    static const std::set<std::string_view> known{"np", "jnp", "torch", "math", "tf"};
    if (!known.contains(module))
        return std::nullopt;
    if (module != "tf") {
        if (name == "pi" || name == "e")
            return PythonNumber{name == "pi" ? std::numbers::pi : std::numbers::e, false};
        if (name == "inf")
            return PythonNumber{std::numeric_limits<double>::infinity(), false};
    }
    if (name == "newaxis")
        return PythonNone{};
    if (module != "math")
        if (const std::optional<DType> dtype = pythonDType(name))
            return *dtype;
    return std::nullopt;
}

}
