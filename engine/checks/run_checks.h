#pragma once

#include "engine/autodiff/report.h"
#include "engine/checks/decay.h"
#include "engine/diagnostics/finding.h"
#include "engine/execution/plan.h"

#include <functional>
#include <map>
#include <string>

namespace backstep {

/// A pass that was run; borrowed for the call.
struct RunSubject {
    const Plan& plan;
    const ConversionReport& report;
    const std::map<ValueId, ValueId>& cotangents;
    Position reached;                                   ///< everything before it was computed
    std::function<Tensor(const ValueAddress&)> valueAt; ///< null where there is none
    bool isDataGiven; ///< else what depends on values is a note (SEMANTICS R7)
};

/// What only a run tells of a weight (SEMANTICS R3).
struct Health {
    std::string word = "ok"; ///< ok, zero-on-this-data, nan, inf, vanishing, exploding
    double zeroShare = 0;    ///< of the elements of its gradient
};

struct RunReport {
    FindingList findings;
    std::map<ValueId, Health> health; ///< of live weights
};

/// Zeros, NaN and infinities in the gradients, and the op and timestep where the first one arose.
RunReport checkRun(const RunSubject& subject);

// Of a pass that is complete.

/// Units that are 0 for every example and timestep, and gates at their ends for most of them.
void checkActivations(const RunSubject& subject, FindingList& findings);
/// Values exactly where an op on a gradient's path has no derivative.
void checkKinks(const RunSubject& subject, FindingList& findings);
/// Cotangents that are 0 by their dtype alone: the same rule on the same values gives another
/// number in a wider one.
void checkUnderflow(const RunSubject& subject, FindingList& findings);

/// What the cotangent of one timestep becomes on its way back through a recurrence.
struct RecurrenceDecay {
    NodeId scan;
    Decay decay;
};

/// Vanishing and exploding recurrences; marks the weights that they read.
void addDecay(RunReport& report, const Graph& graph, const RecurrenceDecay& recurrence,
              bool isDataGiven);

}
