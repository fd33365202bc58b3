#pragma once

#include "engine/base/result.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// A custom gradient as a saved model carries it (SEMANTICS R17): for which ops, as typed, and why.
struct StoredGradient {
    enum class Scope { Node, Layer, OpType } scope = Scope::Node;
    std::string name; ///< node name, layer path, or op type
    std::string text;
    std::string reason = {};
    bool operator==(const StoredGradient&) const = default;
};

/// The entry of a model's metadata_props that holds them.
inline constexpr std::string_view kGradientsKey = "backstep.gradients";

/// As JSON: [{"scope": "node", "name": "Sign", "text": "dy", "reason": ""}].
std::string gradientsToJson(std::span<const StoredGradient> gradients);
Result<std::vector<StoredGradient>> gradientsFromJson(std::string_view json);

/// The bytes of an ONNX model with these gradients in its metadata and every other byte as it was.
/// Earlier ones are replaced; without gradients the entry goes.
Result<std::string> modelWithGradients(std::string_view modelBytes,
                                       std::span<const StoredGradient> gradients);

}
