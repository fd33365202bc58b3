#pragma once

#include "engine/graph/ids.h"
#include "engine/graph/timestep_set.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

namespace backstep {

/// What differentiation makes of an op (DESIGN decision 4).
enum class GradientState : uint8_t {
    OffPath, ///< the loss does not depend on it, or nothing learned does
    Converted,
    Custom,
    ZeroEverywhere,
    NotDifferentiable, ///< declared
    NoRule,
    DtypeCarriesNone, ///< a floating input goes in, an integer, bool or string comes out
    UnknownOp,
    Refused, ///< its inputs' dtypes or shapes do not fit
    CutOnPurpose,
    Starved, ///< converted, but everything downstream of it is cut
};

/// Presence of a cotangent (SEMANTICS R1): absent < zero < unknown < present.
enum class Flow : uint8_t { None, Zero, Blocked, Live };

/// What arrives at a value walking back from the loss.
struct Arrival {
    Flow flow = Flow::None;
    bool isOnPath = false;  ///< the loss depends on the value
    std::set<NodeId> cutBy; ///< ops that lost something on the way here
    /// Live, but a term is missing: some op in `cutBy` blocks (SEMANTICS R2).
    bool isIncomplete = false;
};

struct OpReport {
    GradientState state = GradientState::OffPath;
    Flow arriving = Flow::None; ///< the greatest over its outputs
    /// Of a custom one that stands at some timesteps alone: what is so at the rest of them.
    GradientState elsewhere = GradientState::OffPath;
    std::shared_ptr<const TimestepSet> elsewhereAt = {};
};

/// The answer of the data-flow analysis over the whole graph, past every failure.
struct ConversionReport {
    std::map<NodeId, OpReport> ops;     ///< forward and loss ops
    std::map<ValueId, Arrival> targets; ///< weights and floating inputs
    const OpReport& at(NodeId node) const;
    /// Those of some timesteps alone included.
    std::vector<NodeId> opsIn(GradientState state) const;
};

/// "live", "zero", "none", "blocked"
std::string_view statusWord(Flow flow);
/// "zero-everywhere", "no-rule", ...
std::string_view nameOf(GradientState state);

}
