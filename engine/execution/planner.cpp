#include "engine/execution/planner.h"

#include "engine/graph/assumed_types.h"
#include "engine/ops/call_operands.h"

#include <algorithm>

namespace backstep {

namespace {

size_t bytesOf(const TensorType& type)
{
    return static_cast<size_t>(type.shape.count()) * elementSize(type.dtype);
}

/// Of a product's result; at least one.
int64_t rowsOf(const Shape& shape)
{
    const int64_t columns = shape.rank() == 0 ? 1 : shape.back();
    return std::max<int64_t>(1, columns == 0 ? 1 : shape.count() / columns);
}

}

Planner::Planner(Plan& plan, Keep keep, int threads, double keptShare)
    : m_plan(plan), m_graph(plan.graph()), m_keep(keep), m_threads(threads), m_keptShare(keptShare)
{}

void Planner::run()
{
    for (ValueId id : m_graph.valueIds()) {
        const ValueInfo& info = m_graph.value(id);
        if (!info.isContent())
            continue;
        PlannedValue& own = slot(id);
        own.storage = Storage::Content;
        own.root = id;
        own.layout = {info.type.dtype, nullptr, info.type.shape, info.type.shape.denseStrides()};
    }
    markResiduals();
    collectLoopMatrices();
    if (m_keep == Keep::Checkpoints)
        markCheckpointed();
    PlannedRegion& top = openRegion(kTopRegion);
    planRegion(top);
    m_plan.m_backwardStart = top.span;
    for (const PlannedOp& op : top.ops)
        if (m_graph.node(op.node).origin.phase == Phase::Backward)
            m_plan.m_backwardStart = std::min(m_plan.m_backwardStart, op.start);
}

PlannedRegion& Planner::openRegion(RegionId id)
{
    auto& region = m_plan.m_regions[number(id)];
    region = std::make_unique<PlannedRegion>();
    const Region& own = m_graph.region(id);
    region->id = id;
    region->direction = own.direction;
    region->stepCount = m_graph.stepCount(id);
    region->depth = m_graph.depth(id);
    region->segmentLength = segmentLength(id);
    region->parts = partsFor(id);
    region->isCheckpointed = m_checkpointed.contains(id);
    if (region->isCheckpointed)
        region->keptFrom = keptFrom(*region);
    return *region;
}

/// Timesteps whose values stay in the processor's second cache together, since everything between
/// batched products is slower in longer ones; but so many that those products have rows enough to
/// reach their speed, and twice as many where threads wait for each other four times in each
/// segment (all measured: bench_engine).
int64_t Planner::segmentLength(RegionId id) const
{
    if (id == kTopRegion)
        return 1;
    const std::vector<RegionId> alike = sameSegments(id);
    int64_t parts = 1;
    for (RegionId each : alike)
        parts = std::max<int64_t>(parts, partsFor(each));
    const int64_t size = parts > 1 ? 2 * parts : 1;
    const int64_t cacheBytes = size << 20, leastRows = 256 * size;
    int64_t bytes = 1, rows = leastRows;
    for (RegionId each : alike)
        for (NodeId nodeId : m_graph.region(each).nodes) {
            const Node& node = m_graph.node(nodeId);
            for (ValueId output : node.outputs)
                if (output != kNoValue)
                    bytes += static_cast<int64_t>(bytesOf(m_graph.value(output).type));
            if (node.op.is("MatMul") || node.op.is("Gemm"))
                rows = std::min(rows, rowsOf(m_graph.value(node.outputs.at(0)).type.shape));
        }
    const int64_t steps = std::max(cacheBytes / bytes, (leastRows + rows - 1) / rows);
    return std::clamp<int64_t>(steps, 1, std::max<int64_t>(m_graph.stepCount(id), 1));
}

const Batching& Planner::batching(RegionId id)
{
    return m_batching.try_emplace(id, m_graph, id, m_residuals).first->second;
}

void Planner::markResiduals()
{
    for (NodeId id : m_graph.nodeIds()) {
        const Node& node = m_graph.node(id);
        for (ValueId input : node.inputs)
            if (input != kNoValue && m_graph.edgeKind(node.region, input) == EdgeKind::Residual)
                m_residuals.insert(input);
    }
    for (RegionId id : m_graph.regionIds())
        for (const Carry& carry : m_graph.region(id).carries)
            if (carry.next != kNoValue && m_graph.edgeKind(id, carry.next) == EdgeKind::Residual)
                m_residuals.insert(carry.next);
    // A view shows its operand's memory, a step input its sequence's: what they show must be kept.
    bool grew = true;
    while (grew) {
        grew = false;
        for (NodeId id : m_graph.nodeIds()) {
            const Node& node = m_graph.node(id);
            if (node.isScan()) {
                const Region& body = m_graph.region(node.body);
                for (size_t i = 0; i < body.stepInputs.size(); ++i)
                    if (m_residuals.contains(body.stepInputs[i]))
                        grew =
                            m_residuals.insert(node.inputs[body.carries.size() + i]).second || grew;
                continue;
            }
            const OpDef* def = operators().find(node.op);
            if (!def || !def->view || node.inputs.empty())
                continue;
            const bool isRead = std::any_of(node.outputs.begin(), node.outputs.end(),
                                            [&](ValueId v) { return m_residuals.contains(v); });
            if (isRead)
                grew = m_residuals.insert(node.inputs[0]).second || grew;
        }
    }
}

PlannedValue& Planner::slot(ValueId id)
{
    auto& own = m_plan.m_values[number(id)];
    if (!own)
        own = std::make_unique<PlannedValue>();
    return *own;
}

PlannedValue Planner::rows(const TensorType& type, RegionId region, int64_t extraRows)
{
    PlannedValue place;
    place.storage = Storage::Kept;
    place.layout = {type.dtype, nullptr, type.shape, type.shape.denseStrides()};
    // Dense innermost first, so that [T, ...] of the innermost timeline is one dense tensor.
    auto stride = static_cast<int64_t>(bytesOf(type));
    int64_t extra = extraRows;
    for (RegionId id = region; id != kTopRegion; id = m_graph.region(id).parent) {
        const auto level = static_cast<size_t>(m_graph.depth(id) - 1);
        place.strides[level] = stride;
        stride *= m_graph.stepCount(id) + extra;
        extra = 0;
    }
    place.offset = static_cast<int64_t>(m_plan.m_keptBytes);
    m_plan.m_keptBytes += aligned(static_cast<size_t>(stride));
    return place;
}

PlannedValue Planner::scratch(const TensorType& type, RegionId region, bool isSegmented,
                              int64_t extraRows)
{
    PlannedValue place;
    place.storage = Storage::Scratch;
    place.layout = {type.dtype, nullptr, type.shape, type.shape.denseStrides()};
    place.offset = static_cast<int64_t>(m_plan.m_scratchBytes);
    const size_t bytes = bytesOf(type);
    int64_t count = 1;
    if (isSegmented) {
        place.isSegmented = true;
        place.level = static_cast<uint8_t>(m_graph.depth(region) - 1);
        place.strides[place.level] = static_cast<int64_t>(bytes);
        count = m_plan.region(region).segmentLength + extraRows;
    }
    m_plan.m_scratchBytes += aligned(bytes * static_cast<size_t>(count));
    return place;
}

void Planner::allocate(ValueId id, bool isKept, bool isSegmented)
{
    const ValueInfo& info = m_graph.value(id);
    if (info.type.dtype == DType::String) {
        slot(id).storage = Storage::Object;
        slot(id).layout = {DType::String, nullptr, info.type.shape, info.type.shape.denseStrides()};
        slot(id).root = id;
        return;
    }
    const bool isReplayed = m_checkpointed.contains(info.region);
    if (info.region == kTopRegion || (isKept && !isReplayed))
        slot(id) = rows(info.type, info.region, 0);
    else
        slot(id) = scratch(info.type, info.region, isSegmented || isKept, 0);
    if (isKept && isReplayed)
        keepLastSegments(slot(id), info.region, 0);
    slot(id).root = id;
}

void Planner::take(ValueId id, const PlannedValue& place)
{
    slot(id) = place;
}

void Planner::planRegion(PlannedRegion& region)
{
    if (const ValueId t = m_graph.region(region.id).timestep; t != kNoValue) {
        allocate(t, m_keep == Keep::All || m_residuals.contains(t), false);
        region.timestep = &slot(t);
    }
    placeConcats(region.id);
    for (NodeId id : m_graph.region(region.id).nodes)
        planOp(region, id);
}

void Planner::planOp(PlannedRegion& region, NodeId id)
{
    const Node& node = m_graph.node(id);
    PlannedOp op;
    op.node = id;
    op.call.attributes = &node.attributes;
    op.onlyAt = node.onlyAt.get();
    op.start = region.span;
    op.isBreak = node.breakKind() != BreakKind::None;
    for (ValueId input : node.inputs) {
        const PlannedValue* from = input == kNoValue ? nullptr : &slot(input);
        op.canRun = op.canRun && (!from || from->storage != Storage::Nowhere);
        op.call.in.push_back(from);
        op.readsAfter = op.readsAfter || (input != kNoValue && m_late.contains(input));
    }
    const OpDef* def = operators().find(node.op);
    if (node.isScan()) {
        planScan(region, op, node);
    } else {
        op.canRun = op.canRun && def && !node.problem &&
                    (!readsAssumedType(m_graph, node) || fitsItsRule(m_graph, node));
        op.isView = op.canRun && m_placedConcats.contains(id);
        if (op.isView && std::all_of(node.inputs.begin(), node.inputs.end(),
                                     [&](ValueId v) { return isEarly(region.id, v); }))
            m_early.insert(node.outputs[0]);
        if (op.canRun && !op.isView && !(def->view && planView(op, node, *def)))
            planKernel(region, op, node, *def);
    }
    for (ValueId output : node.outputs) {
        if (output == kNoValue)
            continue;
        if (op.canRun && !isKnown(output))
            allocate(output,
                     m_residuals.contains(output) ||
                         (m_keep == Keep::All && op.when != When::Lookup),
                     op.when == When::Before || op.when == When::After ||
                         (region.id != kTopRegion &&
                          batching(region.id).segmentValues().contains(output)));
        PlannedValue& place = slot(output);
        if (!op.canRun)
            place = {}; // nowhere, even if it was to be written in place
        op.call.out.push_back(&place);
        op.writesScratch = op.writesScratch || place.storage == Storage::Scratch;
        if (op.when == When::After || op.readsAfter)
            m_late.insert(output);
    }
    op.call.isElementwise =
        def && def->overTime == OverTime::Elementwise && op.call.out.size() == 1;
    if (op.call.kernel && def->kernel.prepare)
        op.call.prepared = def->kernel.prepare(node.attributes);
    op.own = region.span;
    region.span += 1;
    region.isPlain = region.isPlain && op.canRun && !op.body;
    region.hasBreak = region.hasBreak || op.isBreak;
    m_plan.m_indexInRegion[number(id)] = region.ops.size();
    region.ops.push_back(std::move(op));
}

}
