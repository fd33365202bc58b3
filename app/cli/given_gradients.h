#pragma once

#include "engine/exporters/report.h"
#include "engine/session/debug_session.h"

namespace backstep {

/// The gradients of the model that is open, typed or kept in its file, each judged on the values
/// that its ops have seen so far.
std::vector<ReportedGradient> judgedGradients(DebugSession& session);

/// One of them is not the derivative and was not accepted, or cannot stand: exit code 1.
bool areUnanswered(const std::vector<ReportedGradient>& gradients);

}
