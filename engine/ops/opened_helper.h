#pragma once

#include "engine/ops/graph_builder.h"

#include <span>
#include <vector>

namespace backstep {

/// What a helper op opens to (OpDef::body), as a graph of its own. Its ops bear the name of the op.
struct OpenedHelper {
    Graph graph;
    std::vector<ValueId> inputs;  ///< as the node has them; kNoValue where one is left out
    std::vector<ValueId> outputs; ///< none where the body needs to know the content of an operand
};

/// `operands` are the types of the node's inputs. The op has a body.
OpenedHelper openedHelper(const Node& node, std::span<const TensorType> operands);
/// The types of what a node reads; Undefined where an input is left out.
std::vector<TensorType> operandTypes(const Graph& graph, const Node& node);

}
