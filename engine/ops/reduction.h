#pragma once

#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"
#include "engine/ops/half_kernels.h"

namespace backstep {

/// Shared by all reductions: axes from input 1 or the attribute, none named means all (or none with
/// noop_with_empty_axes), keepdims.
Types reductionShape(const OpCall& call);
/// The record of a reduction over the axes of its second operand.
OpDef reductionOp(std::string name, int opset, const std::string& what, const std::string& gradient,
                  DTypeSet accepts, KernelTable kernel, GradientRule rule);
/// The reduced axes when a kernel runs, normalized.
std::vector<int64_t> axesAtRun(const KernelCall& call);
/// The output of a reduction seen with the input's shape: stride 0 along the reduced axes.
TensorView spreadOverReduced(const KernelCall& call);
/// The reduced axes in a gradient rule or an expansion; what they name is known by then.
std::vector<int64_t> reducedAxesOf(const GradientScope& g);
/// Of the global pools: every axis behind batch and channels as size 1.
Types globalPoolShape(const OpCall& call);
/// `shape` with the reduced axes as size 1.
Shape keptShape(const Shape& shape, const std::vector<int64_t>& axes);

}
