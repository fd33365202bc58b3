#pragma once

#include "engine/importers/imported_model.h"

namespace backstep::onnx {
class ModelProto;
}

namespace backstep {

inline constexpr const char* kForwardsKey = "backstep.forwards";

/// Writes what was given in the place of ops into a model (SEMANTICS R17): the nodes become calls
/// of functions of domain `kCustomDomain`, and the metadata keeps the texts and the nodes as they
/// were. Where the op's own result stays beside it, the call is a node of its own that the casts
/// to floats read. A node inside a function of the model, and a text without a form in ONNX, are
/// noted alone: the file computes the op's own there.
void keepForwards(onnx::ModelProto& model, const std::vector<ForwardChoice>& choices,
                  const std::vector<PlacedForward>& placed, int64_t opset);

/// The reverse: the model as it was, and the choices. None where it keeps none. Error: the notes
/// are broken.
Result<std::vector<ForwardChoice>> takeForwards(onnx::ModelProto& model);

}
