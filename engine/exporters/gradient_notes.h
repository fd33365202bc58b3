#pragma once

#include "engine/base/result.h"

#include <string>
#include <vector>

namespace backstep {

/// A custom gradient as a file keeps it: scope is "timesteps", "node", "layer" or
/// "type".
struct GradientNote {
    std::string scope, name, text, reason;
    std::string acceptedOn = {};   ///< the day of the answer to a gradient that differs
    double acceptedDifference = 0; ///< the largest one then; 0 where it is not known
    std::vector<std::string> madeFor =
        {}; ///< `gradientHash` of each kind of op that it was made for
    bool operator==(const GradientNote&) const = default;
};

/// The notes as JSON, for the model's metadata under `kGradientsKey` (SEMANTICS R17: a gradient
/// travels beside the graph, no node is changed).
std::string notesAsJson(const std::vector<GradientNote>& notes);
Result<std::vector<GradientNote>> notesFromJson(const std::string& json);
inline constexpr const char* kGradientsKey = "backstep.gradients";

/// An ONNX file's bytes with the notes in its metadata, the functions (serialized, of domain
/// `kGradientDomain`) among its own, and every other byte as it was; no notes take all of that out.
/// Error: the bytes are no protobuf message.
Result<std::string> withGradientNotes(const std::string& onnxBytes,
                                      const std::vector<GradientNote>& notes,
                                      const std::vector<std::string>& functions = {});

}
