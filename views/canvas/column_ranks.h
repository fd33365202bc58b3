#pragma once

#include "views/canvas/cell_outline.h"

namespace backstep {

/// What dot is good for: the rank of every op and the order within a rank.
struct RankedOps {
    struct Op {
        int op;
        int rank;
        float order; ///< upwards
    };
    struct Passage {
        int link;
        std::vector<float> orderAtRank; ///< at every rank from the first to the last; upwards
    };
    std::vector<std::vector<Op>> ranks; ///< each sorted by order
    std::vector<Passage> passages;      ///< links inside the group
};

RankedOps rankOps(const CellOutline& outline, const std::vector<int>& ops,
                  const std::vector<bool>& carryOnTop);

}
