#include "engine/checks/backward_rules.h"

#include <algorithm>
#include <unordered_map>

namespace backstep {

namespace {

class Collector
{
public:
    explicit Collector(const Graph& graph) : m_graph(graph), m_nodes(graph.nodeIds())
    {
        m_byPlace.reserve(m_nodes.size());
        m_ruleOf.reserve(m_nodes.size());
    }

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
            uint64_t{number(node.region)} << 32 | number(node.origin.primal), m_rules.size());
        if (isNew)
            m_rules.push_back({node.origin.primal, {}, {}});
        BackwardRule& rule = m_rules[place->second];
        rule.ops.push_back(node.id);
        rule.runsAlways = rule.runsAlways && !node.problem && !node.onlyAt;
        m_ruleOf[number(node.id)] = place->second;
    }

    void findResults()
    {
        std::vector<ValueId> read;
        for (const NodeId id : m_nodes)
            for (const ValueId input : m_graph.node(id).inputs)
                if (const size_t* maker = makerOf(input)) {
                    const auto own = m_ruleOf.find(number(id));
                    if (own == m_ruleOf.end() || own->second != *maker)
                        read.push_back(input);
                }
        for (const RegionId id : m_graph.regionIds()) {
            const Region& region = m_graph.region(id);
            read.insert(read.end(), region.stepOutputs.begin(), region.stepOutputs.end());
            for (const Carry& carry : region.carries)
                read.push_back(carry.next);
        }
        std::sort(read.begin(), read.end());
        read.erase(std::unique(read.begin(), read.end()), read.end());
        for (const ValueId value : read)
            if (const size_t* maker = makerOf(value))
                m_rules[*maker].results.push_back(value);
    }

    const size_t* makerOf(ValueId value) const
    {
        if (value == kNoValue)
            return nullptr;
        const auto found = m_ruleOf.find(number(m_graph.value(value).producer));
        return found == m_ruleOf.end() ? nullptr : &found->second;
    }

    const Graph& m_graph;
    const std::vector<NodeId> m_nodes;
    std::vector<BackwardRule> m_rules;
    std::unordered_map<uint64_t, size_t> m_byPlace; ///< by region and primal
    std::unordered_map<uint32_t, size_t> m_ruleOf;  ///< by node id
};

}

std::vector<BackwardRule> backwardRules(const Graph& graph)
{
    return Collector(graph).run();
}

}
