#pragma once

#include "engine/importers/imported_model.h"

namespace backstep {

/// Domain of what is computed in an op's place (SEMANTICS R17): the file calls these functions.
inline constexpr const char* kCustomDomain = "backstep.custom";

/// A given forward as an ONNX function, and how it is called.
struct ForwardFunction {
    std::string bytes;                ///< a serialized FunctionProto
    std::vector<std::string> weights; ///< initializers that follow the node's own inputs
};
/// Error: the text does not compile, or has no form in ONNX.
Result<ForwardFunction> forwardFunction(const PlacedForward& placed, const std::string& name,
                                        int64_t opset);

}
