#pragma once

#include "engine/ops/graph_builder.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

#include <span>
#include <string>
#include <vector>

namespace backstep {

using Types = Result<std::vector<TensorType>>;
using Expansion = Result<std::vector<Value>>;

// Short forms for ops that are functions of other ops (OpDef::expand).

inline Value inputOr(std::span<const Value> inputs, size_t index)
{
    return index < inputs.size() ? inputs[index] : Value();
}
Value castTo(const Value& value, DType dtype);
Value selected(const Value& condition, const Value& yes, const Value& no);
/// Reductions that keep the reduced axes as size 1.
Value reduced(const std::string& op, const Value& value, const std::vector<int64_t>& axes,
              bool keepsDims = true);
Value unsqueezed(const Value& value, const std::vector<int64_t>& axes);
Value sliceOf(const Value& value, int64_t axis, int64_t start, int64_t end, int64_t step = 1);
Value expandedTo(const Value& value, const Shape& shape);
/// A tensor of one value.
Value filled(GraphBuilder& builder, double value, DType dtype, const Shape& shape);
/// 0, 1, ... n-1 as int64 [n]
Value countUp(GraphBuilder& builder, int64_t n);
std::vector<int64_t> axesFrom(int first, int end);
/// The content of an input whose value must be known, or an error that names it.
Result<std::vector<int64_t>> knownIntegers(GraphBuilder& builder, const Value& value, size_t index,
                                           const std::string& port);

/// An op that is a function of other ops: its gradient is theirs.
OpDef functionOp(std::string name, int opset, std::string doc, std::vector<Port> inputs,
                 std::vector<Port> outputs, ShapeRule shape, ExpandRule expand);

}
