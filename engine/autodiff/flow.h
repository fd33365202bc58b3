#pragma once

#include "engine/autodiff/flow_rules.h"
#include "engine/autodiff/gradient_table.h"
#include "engine/autodiff/report.h"

#include <span>
#include <unordered_map>
#include <unordered_set>

namespace backstep {

/// What arrives at every value of the graph, and the report made from it.
struct FlowAnalysis {
    ConversionReport report;
    std::unordered_map<uint32_t, Presence> arrivals; ///< by value id
    std::unordered_set<ValueId> reachable;           ///< values that depend on a target
    const Presence& at(ValueId value) const;
    /// A cotangent is built for the value: something known arrives and somebody wants it.
    bool isEmitted(ValueId value) const;
};

/// Sweeps backwards from the loss until nothing changes, past every failure (SEMANTICS R1 to R3,
/// ARCHITECTURE joint 5). Builds nothing. A target is a weight or a floating input.
FlowAnalysis analyseFlow(const Graph& graph, ValueId loss, std::span<const ValueId> targets,
                         const GradientTable& table, const FlowRules& rules = {});

}
