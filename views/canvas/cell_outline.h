#pragma once

#include "engine/graph/graph.h"

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace backstep {

/// Width of a label in canvas units.
using TextWidth = std::function<float(const std::string&)>;

/// A forward op of a timestep and the backward nodes that its one gradient box stands for.
struct CellOp {
    NodeId forward = kNoNode;
    std::vector<NodeId> backward; ///< in program order; empty where nothing is computed
    std::string label;            ///< fit to be shown
    int layer = 0;
    bool isLoss = false;
    float width = 0;
};

/// A value that goes from op to op: within the timestep, or by a carry to the next one.
struct CellLink {
    int from = -1, to = -1; ///< -1: the border of the cell
    int carry = -1;
};

/// The use of a weight by an op.
struct CellWeight {
    ValueId weight = kNoValue;
    int op = 0;
    std::string shortName; ///< "W", "R", "B", "K", "b"; the same weight has the same everywhere
    std::string fullName;
    int rank = 0; ///< of its role, for the order of lanes
};

/// A step input and the op that reads it.
struct OutlineInput {
    ValueId value = kNoValue;
    int op = 0;
    std::string label;
};

/// What one timestep of a timeline holds: everything that the layout needs to know, without the
/// graph and without positions.
struct CellOutline {
    TimelineId timeline = kNoTimeline;
    int64_t stepCount = 0;
    Direction direction = Direction::Forward;
    bool hasBackward = false;
    std::vector<std::string> layers;
    std::vector<float> layerWidths; ///< of their names as frames show them
    std::vector<CellOp> ops;        ///< topological order
    std::vector<CellLink> links;
    std::vector<CellWeight> weights;
    std::vector<OutlineInput> inputs;
    std::vector<std::string> carries;
    std::vector<std::pair<int, int>> saved; ///< op whose output is kept, op whose gradient reads it
    /// Any node of the timeline's regions to its op; backward helpers go to the op they serve.
    std::unordered_map<uint32_t, int> opOfNode;
};

CellOutline outlineCell(const Graph& graph, TimelineId timeline, const TextWidth& textWidth);

/// A box for the label, at most as wide as names stay readable.
float boxWidth(const std::string& label, const TextWidth& textWidth);

/// The label cut to fit a box, with an ellipsis.
std::string elidedLabel(const std::string& label, const TextWidth& textWidth);

}
