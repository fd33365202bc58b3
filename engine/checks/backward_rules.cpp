#include "engine/checks/backward_rules.h"

#include <map>
#include <set>

namespace backstep {

namespace {

class Collector
{
public:
    explicit Collector(const Graph& graph) : m_graph(graph) {}

    std::vector<BackwardRule> run()
    {
        for (const RegionId id : m_graph.regionIds())
            for (const NodeId node : m_graph.region(id).nodes)
                add(m_graph.node(node));
        findResults();
        return std::move(m_rules);
    }

private:
    void add(const Node& node)
    {
        if (node.origin.phase != Phase::Backward || node.isScan() ||
            !m_graph.has(node.origin.primal))
            return;
        const auto [place, isNew] = m_byPlace.try_emplace(
            {number(node.region), number(node.origin.primal)}, m_rules.size());
        if (isNew)
            m_rules.push_back({node.origin.primal, {}, {}});
        BackwardRule& rule = m_rules[place->second];
        rule.ops.push_back(node.id);
        rule.runsAlways = rule.runsAlways && !node.problem && !node.onlyAt;
        m_ruleOf[node.id] = place->second;
    }

    void findResults()
    {
        std::set<ValueId> read;
        for (const NodeId id : m_graph.nodeIds())
            for (const ValueId input : m_graph.node(id).inputs)
                if (const size_t* maker = makerOf(input)) {
                    const auto own = m_ruleOf.find(id);
                    if (own == m_ruleOf.end() || own->second != *maker)
                        read.insert(input);
                }
        for (const RegionId id : m_graph.regionIds()) {
            const Region& region = m_graph.region(id);
            read.insert(region.stepOutputs.begin(), region.stepOutputs.end());
            for (const Carry& carry : region.carries)
                read.insert(carry.next);
        }
        for (const ValueId value : read)
            if (const size_t* maker = makerOf(value))
                m_rules[*maker].results.push_back(value);
    }

    const size_t* makerOf(ValueId value) const
    {
        if (value == kNoValue)
            return nullptr;
        const auto found = m_ruleOf.find(m_graph.value(value).producer);
        return found == m_ruleOf.end() ? nullptr : &found->second;
    }

    const Graph& m_graph;
    std::vector<BackwardRule> m_rules;
    std::map<std::pair<uint32_t, uint32_t>, size_t> m_byPlace; ///< region and primal
    std::map<NodeId, size_t> m_ruleOf;
};

}

std::vector<BackwardRule> backwardRules(const Graph& graph)
{
    return Collector(graph).run();
}

}
