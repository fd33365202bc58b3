#pragma once

#include "engine/checks/run_checks.h"

#include <string>
#include <vector>

namespace backstep {

// Shared by the checks of a run: where they look.

/// Timesteps of an op that are looked at: at most 64, evenly spread; the one place of an op outside
/// every Scan; none of an op in a Scan inside another.
std::vector<TimestepPath> placesLookedAt(const Graph& graph, const Node& node);
/// A value as an op at that timestep reads or writes it; null where it was not computed.
Tensor valueSeen(const RunSubject& subject, ValueId value, const TimestepPath& at);
/// All that it reads there, in order; null for inputs that it does not have.
std::vector<Tensor> inputsSeen(const RunSubject& subject, const Node& node, const TimestepPath& at);
/// "[0, 2]" of a row-major index; "[]" for a scalar.
std::string placeText(const Shape& shape, int64_t index);

/// A finding about an op, with the row's remedy; a note where data is made up (SEMANTICS R7).
Finding runFinding(const RunSubject& subject, const DiagnosticKind& kind, NodeId node,
                   std::string message);

}
