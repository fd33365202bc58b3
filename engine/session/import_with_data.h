#pragma once

#include "engine/base/result.h"
#include "engine/session/document.h"

namespace backstep::onnx {
class ModelProto;
}

namespace backstep {

/// Reads a model as importOnnx does, and once more with the data that a run would get where only
/// data can tell a branch, a trip count or a size (SEMANTICS R10). What was read so is one of the
/// assumptions.
Result<ImportedModel> importWithData(const onnx::ModelProto& model, const std::string& folder,
                                     ImportOptions options, const InputChoice& inputs);

}
