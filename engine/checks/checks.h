#pragma once

#include "engine/autodiff/report.h"
#include "engine/diagnostics/finding.h"
#include "engine/graph/graph.h"

namespace backstep {

// Static checks: each reads the graph and the report, and reports, never repairs.

/// Ops whose gradient is zero everywhere, with the weights that they starve.
void checkZeroGradients(const Graph& graph, const ConversionReport& report, DiagnosticSink& sink);
/// Ops that declare no gradient, integer casts and comparisons, where they cut a weight off.
void checkLostGradients(const Graph& graph, const ConversionReport& report, DiagnosticSink& sink);
/// Ops on a gradient path without a rule.
void checkMissingGradients(const Graph& graph, const ConversionReport& report,
                           DiagnosticSink& sink);
/// Ops that cannot be computed: unknown ones, and inputs that do not fit.
void checkProblems(const Graph& graph, const ConversionReport& report, DiagnosticSink& sink);
/// Weights that the loss does not depend on at all.
void checkNotConnected(const Graph& graph, const ConversionReport& report, DiagnosticSink& sink);

/// All of them, the most severe findings first.
FindingList checkStatically(const Graph& graph, const ConversionReport& report);

// Shared by the checks.

/// Every timestep of the op, outermost Scan; empty outside every Scan.
std::vector<TimestepRange> allTimesteps(const Graph& graph, NodeId node);
/// Weights whose answer names the op as what cut them.
std::vector<ValueId> weightsCutBy(const Graph& graph, const ConversionReport& report, NodeId node);
/// "3 weights get only zeros: W, R and B."
std::string weightsSentence(const Graph& graph, const std::vector<ValueId>& weights,
                            std::string_view what);
/// The same for an op that blocks: weights behind it get an unknown gradient, those that another
/// path reaches too lack a part of theirs (SEMANTICS R2).
std::string blockedSentence(const Graph& graph, const ConversionReport& report,
                            const std::vector<ValueId>& weights);

}
