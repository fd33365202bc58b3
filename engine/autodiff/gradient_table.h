#pragma once

#include "engine/base/result.h"
#include "engine/graph/graph.h"
#include "engine/ops/gradient_scope.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace backstep {

/// A gradient given by the user for one node. `build` returns one cotangent per input, absent
/// where there is none (SEMANTICS R15); its errors fail the builder.
struct CustomGradient {
    std::function<std::vector<Value>(GradientScope&)> build;
    std::vector<bool> gives;             ///< per input: whether an expression is given
    std::vector<std::string> notes = {}; ///< what is done to make it fit its inputs
};

/// Which gradient stands for a node: cut > custom (node > layer > type, resolved by the session)
/// > the op's own record.
class GradientTable
{
public:
    void attach(NodeId node, CustomGradient gradient) { m_custom[node] = std::move(gradient); }
    void cut(NodeId node) { m_cuts.insert(node); }
    const CustomGradient* custom(NodeId node) const
    {
        const auto found = m_custom.find(node);
        return found == m_custom.end() ? nullptr : &found->second;
    }
    bool isCut(NodeId node) const { return m_cuts.contains(node); }

private:
    std::map<NodeId, CustomGradient> m_custom;
    std::set<NodeId> m_cuts;
};

}
