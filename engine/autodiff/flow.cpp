#include "engine/autodiff/flow.h"

#include "engine/autodiff/reach.h"

#include <algorithm>

namespace backstep {

namespace {

const Presence kNothing{};

class Analysis
{
public:
    Analysis(const Graph& graph, const GradientTable& table, const FlowRules& rules,
             FlowAnalysis& result)
        : m_graph(graph), m_table(table), m_rules(rules), m_result(result)
    {}

    void sweep(ValueId loss)
    {
        join(loss, {Flow::Live, true, 0});
        sweepRegion(m_graph.region(kTopRegion));
    }

    void fillReport(std::span<const ValueId> targets)
    {
        ConversionReport& report = m_result.report;
        for (NodeId id : m_graph.nodeIds())
            report.ops[id] = reportOf(m_graph.node(id));
        for (ValueId target : targets)
            report.targets[target] = finished(m_result.at(target));
    }

private:
    bool reaches(ValueId value) const { return m_result.reachable.contains(value); }

    GradientState stateAt(const Node& node) const
    {
        return stateOf(m_graph, node, m_table, m_rules);
    }

    /// Adds to what arrives at a value; paths join by maximum and union. True if it changed.
    bool join(ValueId value, const Presence& more)
    {
        if (value == kNoValue || !more.isOnPath)
            return false;
        Presence& known = m_result.arrivals[number(value)];
        const bool carries = mayCarry(m_graph, value);
        const Presence before = known;
        known.flow = carries ? std::max(known.flow, more.flow) : Flow::None;
        known.cuts = carries ? m_sets.joined(known.cuts, more.cuts) : known.cuts;
        known.isOnPath = true;
        return known.flow != before.flow || !before.isOnPath || known.cuts != before.cuts;
    }

    Presence arrivingAt(const Node& node)
    {
        Presence all;
        for (ValueId output : node.outputs) {
            if (output == kNoValue)
                continue;
            const Presence& one = m_result.at(output);
            all.flow = std::max(all.flow, one.flow);
            all.isOnPath = all.isOnPath || one.isOnPath;
            all.cuts = m_sets.joined(all.cuts, one.cuts);
        }
        return all;
    }

    void sweepRegion(const Region& region)
    {
        for (auto id = region.nodes.rbegin(); id != region.nodes.rend(); ++id) {
            const Node& node = m_graph.node(*id);
            if (node.isScan()) {
                sweepScan(node);
                continue;
            }
            const Presence arriving = arrivingAt(node);
            if (!arriving.isOnPath)
                continue;
            passOn(node, arriving);
        }
    }

    /// To the op's inputs, by all that stands for it: the greatest over its timesteps.
    void passOn(const Node& node, const Presence& arriving)
    {
        const auto handOn = [&](size_t input, GradientState state) {
            join(node.inputs[input], passed(arriving, state, node.id, m_sets));
        };
        const std::span<const CustomGradient> customs = m_table.custom(node.id);
        for (const CustomGradient& custom : customs)
            for (size_t i = 0; i < node.inputs.size(); ++i)
                handOn(i, i < custom.gives.size() && custom.gives[i] ? GradientState::Custom
                                                                     : GradientState::CutOnPurpose);
        if (!customs.empty() && !m_table.rest(node.id))
            return;
        const GradientState state = ownStateOf(m_graph, node, m_rules);
        for (size_t i = 0; i < node.inputs.size(); ++i)
            handOn(i, stateFor(node, i, state));
    }

    /// The state for one input: a framework's rule may leave some of them out.
    GradientState stateFor(const Node& node, size_t input, GradientState state) const
    {
        const auto judged = m_rules.ops.find(number(node.id));
        if (judged == m_rules.ops.end())
            return state;
        const std::vector<int>& lacks = judged->second.lacks;
        return std::find(lacks.begin(), lacks.end(), static_cast<int>(input)) == lacks.end()
                   ? state
                   : judged->second.lackState;
    }

    void sweepScan(const Node& node)
    {
        const Region& body = m_graph.region(node.body);
        for (size_t i = 0; i < node.outputs.size(); ++i)
            if (node.outputs[i] != kNoValue)
                join(innerEnd(body, i), m_result.at(node.outputs[i]));
        bool changed = true;
        while (changed) { // at most carries + 1 rounds
            sweepRegion(body);
            changed = false;
            for (const Carry& carry : body.carries)
                changed = join(carry.next, m_result.at(carry.in)) || changed;
            if (m_rules.fillsLoops)
                changed = fillLoop(body) || changed;
        }
        for (size_t i = 0; i < body.carries.size(); ++i)
            join(node.inputs[i], m_result.at(body.carries[i].in));
        for (size_t i = 0; i < body.stepInputs.size(); ++i)
            join(node.inputs[body.carries.size() + i], m_result.at(body.stepInputs[i]));
    }

    /// A loop whose backward pass runs gives zeros to what it reads from outside itself, where
    /// nothing arrives. Ops that only Backstep moved into the body are outside.
    bool fillLoop(const Region& body)
    {
        bool isRun = false, changed = false;
        for (NodeId id : body.nodes)
            for (ValueId output : m_graph.node(id).outputs)
                isRun = isRun || (isOwn(body, output) && m_result.at(output).flow != Flow::None);
        if (!isRun)
            return false;
        for (NodeId id : body.nodes)
            if (const Node& node = m_graph.node(id); !node.origin.isSunk)
                for (ValueId input : node.inputs)
                    if (input != kNoValue && !isOwn(body, input))
                        changed = join(input, {Flow::Zero, true, 0}) || changed;
        return changed;
    }

    /// Made by an op that stands in the loop in the file too.
    bool isOwn(const Region& body, ValueId value) const
    {
        const NodeId producer = value == kNoValue ? kNoNode : m_graph.value(value).producer;
        return producer != kNoNode && m_graph.node(producer).region == body.id &&
               !m_graph.node(producer).origin.isSunk;
    }

    OpReport reportOf(const Node& node)
    {
        const Presence arriving = arrivingAt(node);
        const bool isUseful = isTracked(node, m_result.reachable) || node.isScan();
        GradientState state = stateAt(node);
        // What cannot be computed at all is shown wherever it stands.
        if (state == GradientState::UnknownOp || state == GradientState::Refused)
            return {state, arriving.flow};
        if (!arriving.isOnPath || !isUseful)
            return {GradientState::OffPath, arriving.flow};
        if (state == GradientState::DtypeCarriesNone) {
            const bool losesFloat =
                std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId v) {
                    return v != kNoValue && reaches(v) && isFloating(m_graph.value(v).type.dtype);
                });
            if (!losesFloat)
                state = GradientState::OffPath;
        } else if (state == GradientState::Converted && arriving.flow != Flow::Live) {
            state = GradientState::Starved;
        }
        OpReport report{state, arriving.flow};
        if (m_table.rest(node.id)) {
            report.elsewhere = ownStateOf(m_graph, node, m_rules);
            report.elsewhereAt = m_table.rest(node.id);
        }
        return report;
    }

    /// Keeps in `cutBy` what explains the answer.
    Arrival finished(const Presence& presence) const
    {
        const std::vector<NodeId>& cuts = m_sets.at(presence.cuts);
        Arrival arrival{presence.flow, presence.isOnPath, {cuts.begin(), cuts.end()}, false};
        if (arrival.flow != Flow::Live)
            return arrival;
        std::erase_if(arrival.cutBy, [&](NodeId node) { return !isBlockingFor(node); });
        arrival.isIncomplete = !arrival.cutBy.empty();
        return arrival;
    }

    bool isBlockingFor(NodeId id) const
    {
        const Node& node = m_graph.node(id);
        if (isBlocking(stateAt(node)) ||
            (m_table.rest(id) && isBlocking(ownStateOf(m_graph, node, m_rules))))
            return true;
        const auto judged = m_rules.ops.find(number(id));
        return judged != m_rules.ops.end() && !judged->second.lacks.empty() &&
               isBlocking(judged->second.lackState);
    }

    const Graph& m_graph;
    const GradientTable& m_table;
    const FlowRules& m_rules;
    FlowAnalysis& m_result;
    CutSets m_sets;
};

}

const Presence& FlowAnalysis::at(ValueId value) const
{
    const auto found = arrivals.find(number(value));
    return found == arrivals.end() ? kNothing : found->second;
}

bool FlowAnalysis::isEmitted(ValueId value) const
{
    const Flow flow = at(value).flow;
    return (flow == Flow::Zero || flow == Flow::Live) && reachable.contains(value);
}

FlowAnalysis analyseFlow(const Graph& graph, ValueId loss, std::span<const ValueId> targets,
                         const GradientTable& table, const FlowRules& rules)
{
    FlowAnalysis result;
    result.reachable = reachableFrom(targets, graph, table, rules);
    Analysis analysis(graph, table, rules, result);
    if (loss != kNoValue)
        analysis.sweep(loss);
    analysis.fillReport(targets);
    return result;
}

}
