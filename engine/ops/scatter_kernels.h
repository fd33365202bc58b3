#pragma once

#include "engine/ops/function_builder.h"
#include "engine/ops/kernels.h"

namespace backstep {

// Shapes and kernels of GatherElements, ScatterElements, GatherND and ScatterND. An index that is
// known to be out of range is an error of the shape rule; one that only a run knows is passed over.

Types gatherElementsShape(const OpCall& call);
Types scatterElementsShape(const OpCall& call);
Types gatherNdShape(const OpCall& call);
Types scatterNdShape(const OpCall& call);

void gatherElementsKernel(const KernelCall& call);
void scatterElementsKernel(const KernelCall& call);
void gatherNdKernel(const KernelCall& call);
void scatterNdKernel(const KernelCall& call);

}
