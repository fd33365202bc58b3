#pragma once

#include "engine/base/result.h"
#include "engine/importers/imported_model.h"

#include <string>

namespace backstep::onnx {
class ModelProto;
}

namespace backstep {

/// ONNX structure to graph: opsets 1 to kNewestOpset. `folder` is where external data may lie.
/// Only a broken file is an Error (a cycle, a name written twice, an opset from the future, a
/// tensor whose bytes do not fit); an unknown op or inputs that do not fit stay as nodes with a
/// problem. A given forward that names no op, does not compile or does not fit is an Error of code
/// "forward".
Result<ImportedModel> importOnnx(const onnx::ModelProto& model, const std::string& folder,
                                 const ImportOptions& options);

}
