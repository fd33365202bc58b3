#pragma once

#include "engine/execution/plan.h"
#include "engine/session/debug_session.h"

namespace backstep {

/// The position that a step leads to from `cursor` (ARCHITECTURE section 2, session): over = the
/// next position not deeper than now, back = a smaller one.
Position stepTarget(const Plan& plan, Position cursor, StepKind kind);

/// Where the cursor of an edited program goes: to the same op, or, if that is gone, to the first op
/// with the same primal. `before` is the plan and cursor before the edit.
Position samePlace(const Plan& before, Position cursor, const Plan& after);

/// "backward at Sign @ t=3": the op that stands next.
std::string placeText(const Plan& plan, Position cursor);

}
