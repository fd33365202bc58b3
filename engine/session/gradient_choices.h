#pragma once

#include "engine/autodiff/gradient_table.h"
#include "engine/session/document.h"

namespace backstep {

/// "node", "layer", "type": how files and reports call a scope.
std::string_view nameOf(GradientTarget::Scope scope);
/// The scope of such a word; a node for any other.
GradientTarget::Scope scopeNamed(std::string_view name);

/// The forward nodes that a target names: a node, a layer's or a type's ops.
std::vector<NodeId> nodesOf(const Graph& graph, const GradientTarget& target);

/// What a text calls the op's inputs: the names of their ports; "x0", "x1"... for a foreign op.
std::vector<std::string> inputNames(const Node& node);

/// A gradient text made ready for one node: parsed, its parts told apart by input (SEMANTICS R15).
/// Errors have a column.
Result<CustomGradient> customGradient(const Graph& graph, const Node& node,
                                      const std::string& text);

/// Resolves the user's choices: node before layer before op type. An Error says which choice does
/// not fit which node.
Result<GradientTable> gradientTable(const Graph& graph, const std::vector<GradientChoice>& choices);

}
