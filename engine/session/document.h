#pragma once

#include "engine/autodiff/profile.h"
#include "engine/execution/plan.h"
#include "engine/graph/graph.h"
#include "engine/importers/imported_model.h"
#include "engine/tensor/dtype.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace backstep {

/// For which ops an attached gradient stands; precedence node at timesteps > node > layer > op type
/// (SEMANTICS R15b).
struct GradientTarget {
    enum class Scope : uint8_t { Timesteps, Node, Layer, OpType } scope = Scope::Node;
    std::string name;       ///< node name, layer path, or op type
    TimestepSet steps = {}; ///< of a node at some timesteps of the innermost loop around it
    bool operator==(const GradientTarget&) const = default;
    auto operator<=>(const GradientTarget&) const = default;
};

/// A gradient as the user gave it: kept as typed.
struct GradientChoice {
    GradientTarget target;
    std::string text;
    std::string reason = {};       ///< why it may differ from the derivative
    std::string acceptedOn = {};   ///< the day of that answer, "2026-03-01"; "" without one
    double acceptedDifference = 0; ///< the largest one then; 0 where it is not known
    /// It may differ (SEMANTICS R14: surrogate).
    bool isAccepted() const { return !reason.empty() || !acceptedOn.empty(); }
    bool operator==(const GradientChoice&) const = default;
};

/// A gradient of the file that no longer fits its op: shown, never applied (SEMANTICS R17). Kept,
/// so that saving does not lose it.
struct OrphanedGradient {
    GradientChoice choice;
    std::vector<std::string> madeFor; ///< as the file says
    std::string why;
    bool operator==(const OrphanedGradient&) const = default;
};

enum class LossKind : uint8_t { MeanSquare, CrossEntropy, Sum };

/// Which loss, on which output; an empty output is the first floating one.
struct LossChoice {
    LossKind kind = LossKind::MeanSquare;
    std::string output;
    bool operator==(const LossChoice&) const = default;
};

/// Data for a run: given tensors by input name ("target" for the loss), the rest is made up by
/// SEMANTICS R7 from the seed.
struct InputChoice {
    std::map<std::string, Tensor> given;
    uint32_t seed = 7;
};

/// What a session's run keeps, and on how many threads it runs; 0 threads: one a core, at most 8.
inline constexpr PlanOptions kSessionRecording{.threads = 0};

/// A model as opened or built.
struct ModelSource {
    std::string path;     ///< empty for built-in examples and new models
    std::string title;    ///< what the window shows
    std::string format;   ///< "ONNX", "text"
    std::string producer; ///< "pytorch 2.15.0"
    std::string text;     ///< of a model built from text: the line
    int64_t opset = 17;   ///< of ONNX's own operators in the file
    std::string bytes;    ///< the file itself: saving writes it back with the gradients beside it
    std::vector<std::string> assumptions;  ///< made at import: bound dimensions and the like
    std::vector<std::string> ignoredCasts; ///< by node name, where floats are read as float64
};

/// Everything that undo brings back. Plain values; the graph is the imported forward program,
/// raised to Scans, without loss and without gradients.
struct Document {
    std::shared_ptr<const ModelSource> source;
    std::shared_ptr<const Graph> graph;
    std::vector<GradientChoice> gradients;
    std::vector<ForwardChoice> forwards; ///< part of the graph already (SEMANTICS R16)
    std::vector<PlacedForward> placed;   ///< where they went
    std::vector<OrphanedGradient> orphans;
    LossChoice loss;
    InputChoice inputs;
    std::map<std::string, int64_t> dimensions; ///< free sizes by name, as they were asked for
    DTypeSet widened;                          ///< floats that are read as float64
    Profile profile;                           ///< whose findings are shown
    PlanOptions recording = kSessionRecording;
};

}
