#pragma once

#include "engine/autodiff/flow_rules.h"

#include <span>
#include <unordered_set>

namespace backstep {

/// The values that depend on a target, as the rules' tracking has it. What an op leaves of the
/// dependence is settled by its gradient state (Tracking). Looked at are the ops of `region` and of
/// the bodies in it.
std::unordered_set<ValueId> reachableFrom(std::span<const ValueId> targets, const Graph& graph,
                                          const GradientTable& table, const FlowRules& rules,
                                          RegionId region = kTopRegion);

/// Something that depends on a target goes in.
bool isTracked(const Node& node, const std::unordered_set<ValueId>& reachable);

/// The body value behind output number `index` of a Scan.
ValueId innerEnd(const Region& body, size_t index);

}
