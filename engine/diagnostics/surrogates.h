#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// What makes the derivative of an op useless: it decides which surrogates make sense.
enum class FlatShape : uint8_t {
    Step = 1,      ///< one jump: sign, a threshold
    Staircase = 2, ///< a jump at each integer: round, floor, quantization
    Bounded = 4,   ///< flat beyond its bounds: clip, hard sigmoid
};
/// A set of them; `ofStaircases | ofSteps`.
using FlatShapes = uint8_t;

/// A gradient that takes the place of one that is zero or missing: a row of the library.
struct Surrogate {
    std::string_view id; ///< for ever: files and tests name it
    std::string_view title;
    std::string_view gradient;   ///< dx as an expression of x and dy
    std::string_view function;   ///< whose derivative it is, in words; "" where of none
    std::string_view use;        ///< what it is good for, and what it costs
    std::string_view source;     ///< paper
    FlatShapes fits = 0;         ///< ops of these shapes
    FlatShapes isDefaultFor = 0; ///< the first to try there
    /// The gradient with {k} for its sharpness, the inverse of a temperature; "" where it has none.
    std::string_view withSharpness = {};
    double sharpness = 1;          ///< of `gradient`
    double least = 0.2, most = 50; ///< range of the sharpness
};

/// The gradient of a row at a sharpness; its own where it has none.
std::string gradientAt(const Surrogate& row, double sharpness);

/// The whole library, the most used first. The manual's page is made from it.
std::span<const Surrogate> surrogates();
const Surrogate* surrogateWithId(std::string_view id);

/// The shapes of an op by its type ("Sign", "Round"; a framework's own name too); of an op that is
/// not listed: Step, since anything may be tried on it.
FlatShapes flatShapesOf(std::string_view opType);
/// The rows that make sense for an op of this type, in the order of the library.
std::vector<const Surrogate*> surrogatesFor(std::string_view opType);

/// The gradient of a well-known function of one number, as an expression of x and dy.
struct KnownGradient {
    std::string_view function; ///< "tanh"; of an op: its ONNX name in lower case
    std::string_view gradient;
};
/// Functions that a gradient is compared with by its values (SEMANTICS R14); no two have the same
/// gradient.
std::span<const KnownGradient> knownGradients();

}
