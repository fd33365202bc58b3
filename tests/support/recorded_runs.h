#pragma once

#include "tests/support/recurrent_program.h"

#include "engine/execution/executor.h"

#include <QString>

#include <vector>

namespace backstep {

Executor executorFor(const RecurrentProgram& program, const PlanOptions& options);

/// What a plan may keep: every value, what the backward pass reads, where segments begin alone.
inline const PlanOptions kAll{.keepsAll = true};
inline const PlanOptions kResiduals;
inline const PlanOptions kCheckpoints{.keptBytes = 0};

/// So much memory that this share of the segments is kept and the others are run again.
PlanOptions someSegmentsKept(const RecurrentProgram& program, double share = 0.5);

/// The value's name and timestep, for messages.
QString placeOf(const Graph& graph, const ValueAddress& address);

/// Every value at some timesteps: the first, the last, and those beside where segments may end.
std::vector<ValueAddress> someAddresses(const Graph& graph);

/// Runs both to the end and fails the test where values differ by more than rounding.
void verifySameValues(Executor& wanted, Executor& found);

}
