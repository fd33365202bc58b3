#pragma once

#include "engine/checks/run_checks.h"
#include "engine/session/debug_session.h"
#include "engine/session/gradient_verdicts.h"

namespace backstep {

/// What only the values of a pass tell of a model, once it is at its end (SEMANTICS R3, R21): NaN
/// and where it arose, dead units, saturation, recurrences that vanish or explode. Empty before the
/// end, and for passes of more than `longest` positions: a report is waited for.
inline constexpr Position kLongestReported = 2'000'000;
RunReport runReport(DebugSession& session, Position longest = kLongestReported);

/// The same and what is wrong with attached gradients, `gradients` as judged.
FindingList findingsOfRun(const Snapshot& snapshot, const RunReport& run,
                          const std::vector<JudgedGradient>& gradients);

}
