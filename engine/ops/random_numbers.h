#pragma once

#include "engine/ops/graph_builder.h"

namespace backstep {

/// The name of Graph::draw, an Input.
inline constexpr const char* kDrawName = "backstep.draw";

/// Numbers from 0 (included) to 1, of a floating dtype: a pure function of the graph's run seed and
/// training step (Graph::draw), the node, the timesteps around it and the element (SEMANTICS R12b).
/// `stream` tells several draws of one node apart.
Value uniform(GraphBuilder& b, const Node& node, const Shape& shape, DType dtype,
              int64_t stream = 0);

/// dtype and shape by the attributes of those names: the shape rule of Uniform and its kin.
Result<std::vector<TensorType>> uniformShape(const OpCall& call);

}
