#pragma once

#include "engine/checks/run_checks.h"
#include "engine/session/document.h"

namespace backstep {

/// Carries the cotangent of ONE timestep's loss, the last one, back alone, and fits how it changes:
/// with a loss at every timestep new cotangent enters at each and hides it (SEMANTICS R21). For
/// forward recurrences of at least 10 timesteps; empty where something stops the run.
std::vector<RecurrenceDecay> decayOfImpulse(const Document& document);

}
