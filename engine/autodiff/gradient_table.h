#pragma once

#include "engine/base/result.h"
#include "engine/graph/graph.h"
#include "engine/ops/gradient_scope.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace backstep {

/// A gradient given by the user for one node. `build` returns one cotangent per input, absent
/// where there is none (SEMANTICS R15); its errors fail the builder.
struct CustomGradient {
    std::function<std::vector<Value>(GradientScope&)> build;
    std::vector<bool> gives;             ///< per input: whether an expression is given
    std::vector<std::string> notes = {}; ///< what is done to make it fit its inputs
    /// The timesteps for which it stands; null: all (SEMANTICS R15b).
    std::shared_ptr<const TimestepSet> steps = {};

    /// It gives nothing to any input: a cut on purpose (SEMANTICS R1).
    bool isCut() const { return std::find(gives.begin(), gives.end(), true) == gives.end(); }
};

/// Which gradient stands for a node: custom (timesteps > node > layer > type, resolved by the
/// session; a cut is one that gives nothing) > the op's own record.
class GradientTable
{
public:
    /// At its timesteps it takes the place of what was attached before. `stepCount`: how many the
    /// loop around the node has.
    void attach(NodeId node, CustomGradient gradient, int64_t stepCount = 1);
    /// Those of a node: each at timesteps of its own, or one for all.
    std::span<const CustomGradient> custom(NodeId node) const
    {
        const auto found = m_custom.find(node);
        return found == m_custom.end() ? std::span<const CustomGradient>() : found->second;
    }
    /// The one that stands at a timestep; null where the op's own record does.
    const CustomGradient* customAt(NodeId node, int64_t timestep) const;
    /// The timesteps that are left to the op's own record, of a node with custom gradients; null
    /// where there are none.
    std::shared_ptr<const TimestepSet> rest(NodeId node) const;
    /// All that stands for the node beside its own record is a cut.
    bool isCut(NodeId node) const;
    /// The timesteps at which it is cut; empty outside every Scan, or where it is not.
    TimestepSet cutAt(NodeId node, int64_t stepCount) const;

private:
    std::map<NodeId, std::vector<CustomGradient>> m_custom;
    std::map<NodeId, std::shared_ptr<const TimestepSet>> m_rest;
};

}
