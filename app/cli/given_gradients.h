#pragma once

#include "engine/exporters/report.h"
#include "engine/session/gradient_verdicts.h"

namespace backstep {

/// Judged gradients as reports tell them.
std::vector<ReportedGradient> reported(const Graph& program,
                                       const std::vector<JudgedGradient>& gradients);

/// One of them is not the derivative and was not accepted, or cannot stand: exit code 1.
bool areUnanswered(const std::vector<ReportedGradient>& gradients);

}
