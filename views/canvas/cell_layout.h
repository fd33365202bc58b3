#pragma once

#include "views/canvas/cell_outline.h"
#include "views/canvas/geometry.h"

#include <memory>
#include <string>
#include <vector>

namespace backstep {

/// The light frame around a layer's ops.
struct CellFrame {
    Rect rect;
    int layer = 0;
    Rect label, mirroredLabel; ///< where the name stands in the forward and in the backward band
};

/// A weight beside its op, and the way of its gradient down to its lane in the backward band.
struct CellChip {
    int weight = 0; ///< index into the outline's weights
    Rect rect;
    CubicPath stub; ///< to the op; empty where they touch
    float lineX = 0;
    int lane = 0; ///< index into sumLanes
};

struct CellPill {
    int input = 0; ///< index into the outline's inputs
    Rect rect;
    std::vector<CubicPath> paths; ///< to every op that reads it
};

/// One link, or the half of a carry on this side of the border between two timesteps.
struct CellEdge {
    enum Part { Inside, Out, In } part = Inside;
    int link = 0;
    CubicPath path; ///< from producer to consumer, forward band
};

struct CellLane {
    std::string name;
    float y = 0; ///< in the forward band; a sum lane's y lies in the backward band
    int carry = -1;
    ValueId weight = kNoValue;
};

/// One timestep of a timeline, laid out once. y counts from the axis between the bands: the
/// forward band lies above (negative), the backward band is its mirror image. The instance at t
/// lies t * period to the right.
struct CellLayout {
    CellOutline outline;
    float period = 0;
    float top = 0;           ///< of the forward band, negative
    float bottom = 0;        ///< of the backward band with its lanes
    std::vector<Rect> boxes; ///< by op
    std::vector<CellFrame> frames;
    std::vector<CellChip> chips;
    std::vector<CellPill> pills;
    std::vector<CellEdge> edges;
    std::vector<CellLane> carryLanes, sumLanes;

    float extent() const { return bottom - top; }
};

/// May take milliseconds (dot); any thread. Timelines of equal length share one column grid: pass
/// the widest one's period as `leastPeriod`.
CellLayout layoutCell(CellOutline outline, float leastPeriod = 0);

}
