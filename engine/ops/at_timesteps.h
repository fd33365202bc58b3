#pragma once

#include "engine/ops/scan_builder.h"

#include <memory>
#include <string_view>

namespace backstep {

/// The helper op at the end of a gradient rule that runs at some timesteps alone.
inline constexpr std::string_view kAtTimesteps = "AtTimesteps";

/// A value made by ops that run at `steps` alone, zeros at the other timesteps of the builder's
/// region: what ops of every timestep may read (SEMANTICS R15b).
Value atTimesteps(GraphBuilder& builder, const Value& value, const TimestepSet& steps);

/// The timesteps of an AtTimesteps node.
TimestepSet timestepsOf(const Attributes& attributes);

}
