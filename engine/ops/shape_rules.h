#pragma once

#include "engine/ops/op_def.h"

namespace backstep {

/// One output with the type of the first input.
Result<std::vector<TensorType>> sameTypeAsFirst(const OpCall& call);
/// One output: the broadcast shape of all inputs, the dtype of the first known one.
Result<std::vector<TensorType>> broadcastOfAll(const OpCall& call);
/// The same with a boolean result.
Result<std::vector<TensorType>> broadcastToBool(const OpCall& call);

/// The axes of a reduction, Squeeze and the like: input `index`, else the attribute "axes", else
/// nothing. Normalized and sorted.
Result<std::vector<int64_t>> axesOf(const OpCall& call, size_t index, int rank);

/// The axes of a shape in the order of `perm`, which names each of them once.
Shape permuted(const Shape& shape, const std::vector<int64_t>& perm);

/// The dtype that the inputs agree on; open ones do not count.
DType commonDType(const OpCall& call);

/// The error for an input whose content must be known when the graph is built.
Error neededConstant(size_t index, const std::string& portName);

}
