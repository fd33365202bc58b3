#pragma once

#include "engine/ops/graph_builder.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace backstep {

/// A node as a file states it. Absent inputs are absent Values, absent outputs empty names.
struct NodeRequest {
    OpName op;
    Attributes attributes;
    std::vector<Value> inputs;
    std::vector<std::string> outputs;
    std::vector<std::optional<TensorType>> declared; ///< types that the file states, per output
    Origin origin;
    /// Types of the results on the data at hand, where nothing else tells them (SEMANTICS R10).
    std::vector<TensorType> settled = {};
    std::shared_ptr<const NodeProblem> problem; ///< known beforehand, such as an input nobody makes
};

/// Adds one node with its types worked out, and gives its outputs: constants where everything is
/// known (a weight is never folded, SEMANTICS R6), the body's values where the op expands (LSTM to
/// a Scan), else a node. A node that cannot be computed stays, with its problem (R16: its outputs
/// take declared or assumed types). Never fails.
std::vector<Value> placeNode(GraphBuilder& builder, NodeRequest request);

/// False where the types depend on the content of operands that only a run knows, or do not fit.
bool hasKnownTypes(const GraphBuilder& builder, const NodeRequest& request);

/// The problem that an error of type inference stands for.
std::shared_ptr<const NodeProblem> problemOf(const Error& error, const std::string& op,
                                             const std::string& name);

}
