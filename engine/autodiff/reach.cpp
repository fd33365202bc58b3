#include "engine/autodiff/reach.h"

#include <algorithm>

namespace backstep {

namespace {

class Reach
{
public:
    Reach(const Graph& graph, const GradientTable& table, const FlowRules& rules)
        : m_graph(graph), m_table(table), m_rules(rules)
    {}

    std::unordered_set<ValueId> from(std::span<const ValueId> targets, const Region& region)
    {
        m_reachable.insert(targets.begin(), targets.end());
        // Carries feed back: go round until nothing is added.
        size_t before = 0;
        do {
            before = m_reachable.size();
            reachThrough(region);
        } while (m_reachable.size() != before);
        return std::move(m_reachable);
    }

private:
    void reachThrough(const Region& region)
    {
        for (NodeId id : region.nodes) {
            const Node& node = m_graph.node(id);
            if (node.isScan()) {
                reachThroughScan(node);
                continue;
            }
            if (!isTracked(node, m_reachable) || endsTracking(node))
                continue;
            for (ValueId output : node.outputs)
                if (output != kNoValue &&
                    (m_rules.tracking == Tracking::Values || mayCarry(m_graph, output)))
                    m_reachable.insert(output);
        }
    }

    /// What comes out of the op is no longer taken for something that depends on the targets.
    bool endsTracking(const Node& node) const
    {
        if (m_rules.tracking == Tracking::Values || m_rules.tracking == Tracking::Floats)
            return false;
        return ends(stateOf(m_graph, node, m_table, m_rules)) &&
               (!m_table.rest(node.id) || ends(ownStateOf(m_graph, node, m_rules)));
    }

    bool ends(GradientState state) const
    {
        return state == GradientState::NotDifferentiable || state == GradientState::CutOnPurpose ||
               state == GradientState::DtypeCarriesNone ||
               (state == GradientState::ZeroEverywhere && m_rules.tracking == Tracking::Tangents);
    }

    void reachThroughScan(const Node& node)
    {
        const Region& body = m_graph.region(node.body);
        const size_t carries = body.carries.size();
        for (size_t i = 0; i < carries; ++i)
            if (m_reachable.contains(node.inputs[i]) || m_reachable.contains(body.carries[i].next))
                m_reachable.insert(body.carries[i].in);
        for (size_t i = 0; i < body.stepInputs.size(); ++i)
            if (m_reachable.contains(node.inputs[carries + i]))
                m_reachable.insert(body.stepInputs[i]);
        reachThrough(body);
        for (size_t i = 0; i < node.outputs.size(); ++i)
            if (node.outputs[i] != kNoValue && m_reachable.contains(innerEnd(body, i)))
                m_reachable.insert(node.outputs[i]);
    }

    const Graph& m_graph;
    const GradientTable& m_table;
    const FlowRules& m_rules;
    std::unordered_set<ValueId> m_reachable;
};

}

std::unordered_set<ValueId> reachableFrom(std::span<const ValueId> targets, const Graph& graph,
                                          const GradientTable& table, const FlowRules& rules,
                                          RegionId region)
{
    return Reach(graph, table, rules).from(targets, graph.region(region));
}

bool isTracked(const Node& node, const std::unordered_set<ValueId>& reachable)
{
    return std::any_of(node.inputs.begin(), node.inputs.end(),
                       [&](ValueId v) { return v != kNoValue && reachable.contains(v); });
}

ValueId innerEnd(const Region& body, size_t index)
{
    if (index < body.carries.size())
        return body.carries[index].next;
    index -= body.carries.size();
    return index < body.stepOutputs.size() ? body.stepOutputs[index]
                                           : body.sums[index - body.stepOutputs.size()];
}

}
