#include "engine/autodiff/flow.h"

#include <algorithm>

namespace backstep {

namespace {

const Arrival kNothing{};

/// How an op hands on what arrives at its outputs.
GradientState ownState(const Graph& graph, const Node& node, const GradientTable& table)
{
    if (table.isCut(node.id))
        return GradientState::CutOnPurpose;
    if (table.custom(node.id))
        return GradientState::Custom;
    if (node.problem)
        return node.problem->kind == NodeProblem::UnknownOp ? GradientState::UnknownOp
                                                            : GradientState::Refused;
    const auto isFloatingValue = [&](ValueId value) {
        return value != kNoValue && isFloating(graph.value(value).type.dtype);
    };
    const bool hasFloatingOutput =
        std::any_of(node.outputs.begin(), node.outputs.end(), isFloatingValue);
    if (!hasFloatingOutput && !node.outputs.empty())
        return GradientState::DtypeCarriesNone;
    if (node.isScan())
        return GradientState::Converted;
    const OpDef* def = operators().find(node.op);
    if (!def)
        return GradientState::UnknownOp;
    if (def->gradient.isZero())
        return GradientState::ZeroEverywhere;
    if (def->gradient.isDeclaredNone())
        return GradientState::NotDifferentiable;
    return def->gradient.isMissing() ? GradientState::NoRule : GradientState::Converted;
}

bool isBlocking(GradientState state)
{
    return state == GradientState::NoRule || state == GradientState::UnknownOp ||
           state == GradientState::Refused;
}

class Analysis
{
public:
    Analysis(const Graph& graph, const GradientTable& table, FlowAnalysis& result)
        : m_graph(graph), m_table(table), m_result(result)
    {}

    void markReachable(std::span<const ValueId> targets)
    {
        m_result.reachable.insert(targets.begin(), targets.end());
        // Carries feed back: go round until nothing is added.
        size_t before = 0;
        do {
            before = m_result.reachable.size();
            reachThrough(m_graph.region(kTopRegion));
        } while (m_result.reachable.size() != before);
    }

    void sweep(ValueId loss)
    {
        join(loss, {Flow::Live, true, {}, false});
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

    void reachThrough(const Region& region)
    {
        auto& reachable = m_result.reachable;
        for (NodeId id : region.nodes) {
            const Node& node = m_graph.node(id);
            if (node.isScan()) {
                reachThroughScan(node);
                continue;
            }
            if (std::any_of(node.inputs.begin(), node.inputs.end(),
                            [&](ValueId v) { return v != kNoValue && reaches(v); }))
                for (ValueId output : node.outputs)
                    if (output != kNoValue)
                        reachable.insert(output);
        }
    }

    void reachThroughScan(const Node& node)
    {
        auto& reachable = m_result.reachable;
        const Region& body = m_graph.region(node.body);
        const size_t carries = body.carries.size();
        for (size_t i = 0; i < carries; ++i)
            if (reaches(node.inputs[i]) || reaches(body.carries[i].next))
                reachable.insert(body.carries[i].in);
        for (size_t i = 0; i < body.stepInputs.size(); ++i)
            if (reaches(node.inputs[carries + i]))
                reachable.insert(body.stepInputs[i]);
        reachThrough(body);
        for (size_t i = 0; i < node.outputs.size(); ++i)
            if (node.outputs[i] != kNoValue && reaches(innerEnd(body, i)))
                reachable.insert(node.outputs[i]);
    }

    /// The body value behind output number `index` of a Scan.
    static ValueId innerEnd(const Region& body, size_t index)
    {
        if (index < body.carries.size())
            return body.carries[index].next;
        index -= body.carries.size();
        return index < body.stepOutputs.size() ? body.stepOutputs[index]
                                               : body.sums[index - body.stepOutputs.size()];
    }

    /// Adds to what arrives at a value; paths join by maximum and union. True if it changed.
    bool join(ValueId value, const Arrival& more)
    {
        if (value == kNoValue || !more.isOnPath)
            return false;
        Arrival& known = m_result.arrivals[number(value)];
        const bool carries = isFloating(m_graph.value(value).type.dtype) ||
                             m_graph.value(value).type.dtype == DType::Undefined;
        const Flow flow = carries ? std::max(known.flow, more.flow) : Flow::None;
        const size_t cuts = known.cutBy.size();
        if (carries)
            known.cutBy.insert(more.cutBy.begin(), more.cutBy.end());
        const bool changed = flow != known.flow || !known.isOnPath || cuts != known.cutBy.size();
        known.flow = flow;
        known.isOnPath = true;
        return changed;
    }

    Arrival arrivingAt(const Node& node) const
    {
        Arrival all;
        for (ValueId output : node.outputs) {
            if (output == kNoValue)
                continue;
            const Arrival& one = m_result.at(output);
            all.flow = std::max(all.flow, one.flow);
            all.isOnPath = all.isOnPath || one.isOnPath;
            all.cutBy.insert(one.cutBy.begin(), one.cutBy.end());
        }
        return all;
    }

    /// What an op lets through to its inputs (SEMANTICS R1, R2).
    static Arrival passed(Arrival arriving, GradientState state, NodeId node)
    {
        if (isBlocking(state)) {
            if (arriving.flow != Flow::None) {
                arriving.flow = Flow::Blocked;
                arriving.cutBy.insert(node);
            }
        } else if (state == GradientState::ZeroEverywhere) {
            if (arriving.flow != Flow::None) {
                arriving.flow = Flow::Zero;
                arriving.cutBy.insert(node);
            }
        } else if (state == GradientState::NotDifferentiable ||
                   state == GradientState::CutOnPurpose ||
                   state == GradientState::DtypeCarriesNone) {
            arriving.flow = Flow::None;
            arriving.cutBy.insert(node);
        }
        return arriving;
    }

    void sweepRegion(const Region& region)
    {
        for (auto id = region.nodes.rbegin(); id != region.nodes.rend(); ++id) {
            const Node& node = m_graph.node(*id);
            if (node.isScan()) {
                sweepScan(node);
                continue;
            }
            const Arrival arriving = arrivingAt(node);
            if (!arriving.isOnPath)
                continue;
            const GradientState state = ownState(m_graph, node, m_table);
            const Arrival through = passed(arriving, state, node.id);
            const CustomGradient* custom = m_table.custom(node.id);
            for (size_t i = 0; i < node.inputs.size(); ++i) {
                const bool isWithheld = custom && (i >= custom->gives.size() || !custom->gives[i]);
                join(node.inputs[i],
                     isWithheld ? passed(arriving, GradientState::CutOnPurpose, node.id) : through);
            }
        }
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
        }
        for (size_t i = 0; i < body.carries.size(); ++i)
            join(node.inputs[i], m_result.at(body.carries[i].in));
        for (size_t i = 0; i < body.stepInputs.size(); ++i)
            join(node.inputs[body.carries.size() + i], m_result.at(body.stepInputs[i]));
    }

    OpReport reportOf(const Node& node) const
    {
        const Arrival arriving = arrivingAt(node);
        const bool isUseful = std::any_of(node.inputs.begin(), node.inputs.end(),
                                          [&](ValueId v) { return v != kNoValue && reaches(v); }) ||
                              node.isScan();
        GradientState state = ownState(m_graph, node, m_table);
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
        return {state, arriving.flow};
    }

    /// Keeps in `cutBy` what explains the answer.
    Arrival finished(Arrival arrival) const
    {
        if (arrival.flow != Flow::Live)
            return arrival;
        std::erase_if(arrival.cutBy, [&](NodeId node) {
            return !isBlocking(ownState(m_graph, m_graph.node(node), m_table));
        });
        arrival.isIncomplete = !arrival.cutBy.empty();
        return arrival;
    }

    const Graph& m_graph;
    const GradientTable& m_table;
    FlowAnalysis& m_result;
};

}

const Arrival& FlowAnalysis::at(ValueId value) const
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
                         const GradientTable& table)
{
    FlowAnalysis result;
    Analysis analysis(graph, table, result);
    analysis.markReachable(targets);
    if (loss != kNoValue)
        analysis.sweep(loss);
    analysis.fillReport(targets);
    return result;
}

}
