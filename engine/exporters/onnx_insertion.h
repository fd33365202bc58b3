#pragma once

#include "engine/base/result.h"
#include "engine/graph/node.h"

#include <string>
#include <vector>

namespace backstep::onnx {
class ModelProto;
}

namespace backstep {

/// One node of a chain: its first operand is what the node before it gives.
struct InsertedNode {
    OpName op;
    std::vector<std::pair<std::string, Tensor>> constants = {}; ///< its further operands, by role
    bool readsTable = false; ///< Gather: the table comes first, and the chain's value second
    Attributes attributes = {};
};

/// Where in a model: an operand of the node that writes the tensor `output`.
struct InsertionPlace {
    std::string output;
    int input = 0;
};

/// Puts nodes between an operand and the node that reads it; they are named after `prefix`, their
/// constants are initializers, domains are imported. Error: no node of the outermost graph writes
/// `output`, or it has no such operand.
Result<void> insertBefore(onnx::ModelProto& model, const InsertionPlace& place,
                          const std::string& prefix, const std::vector<InsertedNode>& chain);

}
