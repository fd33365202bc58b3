#pragma once

#include "engine/graph/graph.h"

#include <string>
#include <vector>

namespace backstep {

/// What the carries of a region are called on their lanes: as the file says where that is a name,
/// else by what they do: h enters a matrix product, c is a cell that is gated and added to.
std::vector<std::string> carryNames(const Graph& graph, const Region& region);

}
