#include "engine/execution/batching.h"

#include "engine/ops/registry.h"

#include <algorithm>

namespace backstep {

namespace {

/// A leading axis for time must still fit.
constexpr int kMostAxes = kMaxRank - 1;

const OpDef* viewDef(const Node& node)
{
    const OpDef* def = operators().find(node.op);
    return def && def->view && !node.problem ? def : nullptr;
}

}

Batching::Batching(const Graph& graph, RegionId region, const std::set<ValueId>& residuals)
    : m_graph(graph), m_region(graph.region(region)), m_residuals(residuals)
{
    if (region == kTopRegion)
        return;
    collectReaders();
    for (const Carry& carry : m_region.carries)
        m_pinned.insert(carry.next);
    for (ValueId sum : m_region.sums)
        collectTerms(sum, m_sums.emplace_back());
    collectAfter();
    for (NodeId id : m_after)
        for (ValueId input : graph.node(id).inputs)
            need(input);
    for (const auto& terms : m_sums)
        for (const SummedTerm& each : terms)
            if (each.maker == kNoNode)
                need(each.term);
            else
                for (ValueId input : graph.node(each.maker).inputs)
                    need(input);
}

bool Batching::isInTimeline(ValueId value) const
{
    const ValueInfo& info = m_graph.value(value);
    return !info.isContent() && info.region != kTopRegion &&
           m_graph.region(info.region).timeline == m_region.timeline;
}

bool Batching::isTimeFree(ValueId value) const
{
    if (value == kNoValue || !isInTimeline(value))
        return true;
    const ValueInfo& info = m_graph.value(value);
    if (info.kind != ValueKind::Output || info.region != m_region.id)
        return false;
    const Node& maker = m_graph.node(info.producer);
    return viewDef(maker) && std::all_of(maker.inputs.begin(), maker.inputs.end(),
                                         [&](ValueId input) { return isTimeFree(input); });
}

bool Batching::canBatch(const Node& node) const
{
    const OpDef* def = operators().find(node.op);
    if (!def || def->view || node.isScan() || node.problem || node.outputs.size() != 1 ||
        node.onlyAt || node.inputs.empty() || node.breakKind() != BreakKind::None)
        return false;
    const auto rank = [&](ValueId value) { return m_graph.value(value).type.shape.rank(); };
    const auto isEmpty = [&](ValueId value) {
        return value != kNoValue && m_graph.value(value).type.shape.count() == 0;
    };
    if (rank(node.outputs[0]) > kMostAxes || isEmpty(node.outputs[0]) ||
        std::any_of(node.inputs.begin(), node.inputs.end(), isEmpty))
        return false;
    if (def->overTime == OverTime::Elementwise)
        return !std::all_of(node.inputs.begin(), node.inputs.end(),
                            [&](ValueId input) { return isTimeFree(input); });
    const bool isGemm = node.op.is("Gemm");
    if (!isGemm && !node.op.is("MatMul"))
        return false;
    const ValueId a = node.inputs[0], b = node.inputs[1];
    if (isTimeFree(a) || !isTimeFree(b) || rank(a) < 2 || rank(b) != 2)
        return false;
    if (!isGemm)
        return true;
    const ValueId c = node.inputs.size() > 2 ? node.inputs[2] : kNoValue;
    return node.attributes.integer("transA", 0) == 0 &&
           (c == kNoValue ||
            (isTimeFree(c) && (rank(c) < 2 || m_graph.value(c).type.shape[0] == 1)));
}

void Batching::collectReaders()
{
    for (NodeId id : m_region.nodes)
        for (ValueId read : m_graph.reads(id))
            m_readers[read].push_back(id);
}

bool Batching::isOnlySummed(ValueId value)
{
    const ValueInfo& info = m_graph.value(value);
    const std::vector<NodeId>& readers = m_readers[value];
    const auto& outputs = m_region.stepOutputs;
    return info.kind == ValueKind::Output && info.region == m_region.id &&
           std::count(m_region.sums.begin(), m_region.sums.end(), value) <= 1 &&
           !m_pinned.contains(value) && !m_residuals.contains(value) &&
           std::find(outputs.begin(), outputs.end(), value) == outputs.end() &&
           std::all_of(readers.begin(), readers.end(),
                       [&](NodeId reader) { return m_lookups.contains(reader); });
}

bool Batching::isAddition(const Node& maker) const
{
    const Shape& shape = m_graph.value(maker.outputs[0]).type.shape;
    return maker.op.is("Add") && maker.inputs[0] != maker.inputs[1] &&
           std::all_of(maker.inputs.begin(), maker.inputs.end(),
                       [&](ValueId v) { return m_graph.value(v).type.shape == shape; });
}

bool Batching::canSumOverTime(const Node& maker) const
{
    const OpDef* def = operators().find(maker.op);
    const auto hasTime = [&](ValueId value) { return !isTimeFree(value); };
    const auto rank = [&](ValueId value) { return m_graph.value(value).type.shape.rank(); };
    if (!def || !def->sumOverTime.forAll || maker.problem || !hasTime(maker.inputs[0]))
        return false;
    const bool isProduct = maker.op.is("MatMul") && rank(maker.inputs[0]) == 2 &&
                           rank(maker.inputs[1]) == 2 && hasTime(maker.inputs[1]);
    const bool isSum = maker.op.is("ReduceSum") && rank(maker.inputs[0]) <= kMostAxes;
    return (isProduct || isSum) &&
           std::none_of(maker.inputs.begin(), maker.inputs.end(), [&](ValueId v) {
               return v != kNoValue && m_graph.value(v).type.shape.count() == 0;
           });
}

void Batching::collectTerms(ValueId term, std::vector<SummedTerm>& into)
{
    if (isOnlySummed(term)) {
        const Node* maker = &m_graph.node(m_graph.value(term).producer);
        if (isAddition(*maker)) {
            m_lookups.insert(maker->id);
            collectTerms(maker->inputs[0], into);
            collectTerms(maker->inputs[1], into);
            return;
        }
        const NodeId reshaped = maker->id; // a bias: the sum over the batch, without that axis
        if (maker->op.is("Reshape") && !maker->problem) {
            m_lookups.insert(reshaped);
            if (isOnlySummed(maker->inputs[0]))
                maker = &m_graph.node(m_graph.value(maker->inputs[0]).producer);
        }
        if (canSumOverTime(*maker)) {
            m_lookups.insert(maker->id);
            into.push_back({term, maker->id});
            return;
        }
        m_lookups.erase(reshaped);
    }
    m_pinned.insert(term);
    into.push_back({term, kNoNode});
}

void Batching::collectAfter()
{
    const std::vector<NodeId>& nodes = m_region.nodes;
    std::set<ValueId> carried;
    for (const Carry& carry : m_region.carries)
        carried.insert(carry.next);
    for (auto id = nodes.rbegin(); id != nodes.rend(); ++id) {
        const Node& node = m_graph.node(*id);
        if (m_lookups.contains(*id) || !canBatch(node) || carried.contains(node.outputs[0]))
            continue;
        const std::vector<NodeId>& readers = m_readers[node.outputs[0]];
        const bool canWait = std::all_of(readers.begin(), readers.end(), [&](NodeId reader) {
            return m_after.contains(reader) || m_lookups.contains(reader);
        });
        if (canWait)
            m_after.insert(*id);
    }
}

/// Marks a value, and what it is a view of.
void Batching::need(ValueId value)
{
    if (value == kNoValue || isTimeFree(value) || !m_segmentValues.insert(value).second)
        return;
    const ValueInfo& info = m_graph.value(value);
    if (info.kind == ValueKind::Output && info.region == m_region.id)
        if (const Node& maker = m_graph.node(info.producer);
            viewDef(maker) && !maker.inputs.empty())
            need(maker.inputs[0]);
}

}
