#pragma once

#include "engine/autodiff/gradient_table.h"
#include "engine/session/document.h"

namespace backstep {

/// "timesteps", "node", "layer", "type": how files and reports call a scope.
std::string_view nameOf(GradientTarget::Scope scope);
/// The target's name; of a node at some timesteps with them: "lstm/Sign@3-5".
std::string textOf(const GradientTarget& target);
/// The target of such two words; a node for any other scope.
GradientTarget targetOf(std::string_view scope, const std::string& text);
/// "lstm/Sign@3-5" as a node at some timesteps; an Error where the text is none.
Result<GradientTarget> targetAtTimesteps(const std::string& text);

/// The forward nodes that a target names: a node, a layer's or a type's ops.
std::vector<NodeId> nodesOf(const Graph& graph, const GradientTarget& target);

/// What a text calls the op's inputs: the names of their ports; "x0", "x1"... for a foreign op.
std::vector<std::string> inputNames(const Node& node);

/// A text that cuts the gradient on purpose: "None", whatever the number of inputs.
bool isCut(const std::string& text);

/// A gradient text made ready for one node: parsed, its parts told apart by input (SEMANTICS R15).
/// Errors have a column.
Result<CustomGradient> customGradient(const Graph& graph, const Node& node,
                                      const std::string& text);
/// The same with the timesteps of its target; an Error where the node has no such timesteps.
Result<CustomGradient> customGradient(const Graph& graph, const Node& node,
                                      const GradientChoice& choice);

/// Resolves the user's choices: timesteps before node before layer before op type. An Error says
/// which choice does not fit which node.
Result<GradientTable> gradientTable(const Graph& graph, const std::vector<GradientChoice>& choices);

}
