#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace backstep {

enum class Framework : uint8_t { TensorFlow, PyTorch, Jax };
inline constexpr Framework kFrameworks[]{Framework::TensorFlow, Framework::PyTorch, Framework::Jax};

/// "TensorFlow", "PyTorch", "JAX"; as a word: "tensorflow", "pytorch", "jax".
std::string_view nameOf(Framework framework);
std::string_view wordOf(Framework framework);

/// What a framework's gradient of one of its ops gives.
enum class GradientVerdict : uint8_t {
    Rule,
    Zero,    ///< zeros everywhere
    None,    ///< declared to have none, or an integer result
    Missing, ///< nothing registered: asking for it raises
};

/// An op of a framework, as its table has it.
struct FrameworkOp {
    std::string_view name;
    GradientVerdict verdict = GradientVerdict::Rule;
    std::vector<int> lacks;     ///< positions of inputs without a gradient, though others have one
    std::string_view exception; ///< what asking for a missing one says, where not the usual text
};

/// Looked up under the framework's own name: "Bucketize", "floor_divide" (an overload as
/// "bernoulli.p", else the usual one), "nextafter". Null where the framework has no such op.
const FrameworkOp* frameworkOp(Framework framework, std::string_view name);

/// The nearest function of a framework to an ONNX op; null where there is none.
const FrameworkOp* analogueOf(Framework framework, std::string_view onnxOp);

/// How an ONNX op differentiates by its mathematics, for frameworks that make it of smaller ops;
/// nothing for an op that ONNX does not have.
std::optional<GradientVerdict> verdictByMathematics(std::string_view onnxOp);

/// The table's first line: which version, and where its rows come from.
std::string_view originOf(Framework framework);

}
