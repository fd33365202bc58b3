#pragma once

#include "tests/conformance/conformance_case.h"

#include <functional>

namespace backstep::conformance {

/// Runs `count` cases, each in a process of its own with 10 s and 1 GiB, `jobs` at a time. `run`
/// is called in the child, `done` in the parent, as the cases end.
void runForked(size_t count, int jobs, const std::function<Outcome(size_t)>& run,
               const std::function<void(size_t, Outcome)>& done);

}
