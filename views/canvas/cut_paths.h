#pragma once

#include "views/canvas/scene.h"

#include <vector>

namespace backstep {

/// The way that a gradient would take from the op that cuts it to the weights that lack it: the
/// same at every timestep.
struct CutPaths {
    std::vector<std::vector<bool>> ops; ///< by strip and op
    std::vector<bool> outer;            ///< by box outside the timelines
    std::vector<ValueId> weights;

    bool isEmpty() const { return weights.empty(); }
    bool holds(int strip, int op) const
    {
        return op >= 0 && ops[static_cast<size_t>(strip)][static_cast<size_t>(op)];
    }
    bool isFor(ValueId weight) const;
};

/// Carries are followed from timestep to timestep, values from layer to layer.
CutPaths cutPathsOf(const Scene& scene, NodeId cut, const std::vector<ValueId>& weights);

}
