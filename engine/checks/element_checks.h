#pragma once

#include "engine/checks/probe.h"

namespace backstep {

/// One element of an input: what the gradient gives for dy = 1 everywhere, beside the slope of the
/// sum of all results found by differences (SEMANTICS R13).
struct ElementCheck {
    Element input;
    double x = 0, gradient = 0;
    double slope = 0, error = 0;    ///< of the slope: its estimated error
    Around around = Around::Smooth; ///< no slope at a jump or where a value is not finite
};

/// At most `most` elements, evenly spread.
std::vector<ElementCheck> elementChecks(Probe& probe, size_t most);

}
