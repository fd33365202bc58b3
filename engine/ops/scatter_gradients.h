#pragma once

#include "engine/ops/gradient_scope.h"

namespace backstep {

// A gather is undone by a scatter that adds, and the other way round.

void gatherElementsGradient(GradientScope& g);
void gatherNdGradient(GradientScope& g);
/// By the attribute reduction: none, add, mul, max or min.
void scatterElementsGradient(GradientScope& g);
void scatterNdGradient(GradientScope& g);

}
