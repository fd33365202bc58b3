#pragma once

#include "engine/session/observer.h"
#include "views/canvas/cell_layout.h"
#include "views/models/gradcheck_model.h"

#include <vector>

namespace backstep {

/// How a gradient box is drawn once the pass is there; UX section 3 has the words.
enum class GradientLook : uint8_t {
    Flows,          ///< a cotangent passes
    Zero,           ///< causes zeros: filled, double outline, badge
    Failed,         ///< has no rule: hatched, badge
    Lost,           ///< loses it, or is cut on purpose: dashed, badge
    Custom,         ///< flows, by an attached gradient: badge
    StarvedByZero,  ///< hollow, double line
    StarvedByNone,  ///< hollow, dashed
    StarvedByBlock, ///< hollow, dashed in the colour of failure
    OffPath,        ///< hollow, dotted
};

/// What the report says of an op: the same at every timestep.
struct OpLook {
    OpMark mark = OpMark::Plain;
    GradientLook look = GradientLook::Flows;
    Flow arriving = Flow::Live;        ///< at its outputs, walking back
    Flow leaving = Flow::Live;         ///< at its inputs
    bool stopsForward = false;         ///< unknown or refused: it does not even run
    CheckMark check = CheckMark::None; ///< what the check of its gradient said
};

/// `checks` may be null: nothing was checked.
OpLook lookOf(const Snapshot& snapshot, NodeId forward, const OpCheckMarks* checks = nullptr);

/// Looks of every op of a cell, and of the sums of its weights.
struct CellLooks {
    std::vector<OpLook> ops;
    std::vector<Flow> sums; ///< by sum lane
    std::vector<bool> isSumIncomplete;
    Flow along(const CellLink& link) const; ///< what the gradient edge carries
};

CellLooks looksOf(const Snapshot& snapshot, const CellLayout& cell,
                  const OpCheckMarks* checks = nullptr);

}
