#pragma once

#include "engine/autodiff/profile.h"

namespace backstep {

/// What the framework makes of every op that it can be asked about: by the op that the file names
/// as the source (whole groups at once), else by the nearest function (SEMANTICS R5).
std::map<NodeId, OpOpinion> opinionsOf(Framework framework, const Graph& graph);

}
