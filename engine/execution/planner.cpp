#include "engine/execution/planner.h"

#include <algorithm>

namespace backstep {

namespace {

/// A base for view arithmetic on plans; never read.
std::byte* const kNoBase = reinterpret_cast<std::byte*>(uintptr_t{1} << 44);
constexpr size_t kAlignment = 64;

size_t bytesOf(const TensorType& type)
{
    return static_cast<size_t>(type.shape.count()) * elementSize(type.dtype);
}

size_t aligned(size_t bytes)
{
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}

Planner::Planner(Plan& plan) : m_plan(plan), m_graph(plan.graph()) {}

void Planner::run()
{
    for (ValueId id : m_graph.valueIds()) {
        const ValueInfo& info = m_graph.value(id);
        const bool isContent = info.kind == ValueKind::Weight || info.kind == ValueKind::Constant ||
                               info.kind == ValueKind::Input;
        if (!isContent)
            continue;
        PlannedValue& own = slot(id);
        own.storage = Storage::Content;
        own.root = id;
        own.layout = {info.type.dtype, nullptr, info.type.shape, info.type.shape.denseStrides()};
    }
    markResiduals();
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
    return *region;
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

void Planner::allocate(ValueId id, bool isKept)
{
    const ValueInfo& info = m_graph.value(id);
    PlannedValue& own = slot(id);
    if (isKept || info.region == kTopRegion) {
        own = rows(info.type, info.region, 0);
    } else {
        own.storage = Storage::Scratch;
        own.layout = {info.type.dtype, nullptr, info.type.shape, info.type.shape.denseStrides()};
        own.offset = static_cast<int64_t>(m_plan.m_scratchBytes);
        m_plan.m_scratchBytes += aligned(bytesOf(info.type));
    }
    own.root = id;
}

void Planner::take(ValueId id, const PlannedValue& place)
{
    slot(id) = place;
}

void Planner::planRegion(PlannedRegion& region)
{
    if (const ValueId t = m_graph.region(region.id).timestep; t != kNoValue) {
        allocate(t, m_residuals.contains(t));
        region.timestep = &slot(t);
    }
    for (NodeId id : m_graph.region(region.id).nodes)
        planOp(region, id);
}

void Planner::planOp(PlannedRegion& region, NodeId id)
{
    const Node& node = m_graph.node(id);
    PlannedOp op;
    op.node = id;
    op.attributes = &node.attributes;
    op.start = region.span;
    op.isBreak = node.breakKind() != BreakKind::None;
    for (ValueId input : node.inputs) {
        const PlannedValue* from = input == kNoValue ? nullptr : &slot(input);
        op.canRun = op.canRun && (!from || from->storage != Storage::Nowhere);
        op.in.push_back(from);
    }
    if (node.isScan()) {
        planScan(region, op, node);
    } else {
        const OpDef* def = operators().find(node.op);
        op.canRun = op.canRun && def && !node.problem;
        if (op.canRun && !(def->view && planView(op, node, *def))) {
            const DType dtype = node.inputs.empty() || node.inputs[0] == kNoValue
                                    ? m_graph.value(node.outputs.at(0)).type.dtype
                                    : m_graph.value(node.inputs[0]).type.dtype;
            op.kernel = def->kernel.at(dtype);
            op.canRun = op.kernel != nullptr;
            for (ValueId output : node.outputs)
                op.canRun = op.canRun && output != kNoValue &&
                            m_graph.value(output).type.dtype != DType::String;
        }
    }
    for (ValueId output : node.outputs) {
        if (output == kNoValue)
            continue;
        if (op.canRun && !isKnown(output))
            allocate(output, m_residuals.contains(output));
        op.out.push_back(&slot(output)); // Nowhere when it cannot run
    }
    op.own = region.span;
    region.span += 1;
    m_plan.m_indexInRegion[number(id)] = region.ops.size();
    region.ops.push_back(std::move(op));
}

bool Planner::planView(PlannedOp& op, const Node& node, const OpDef& def)
{
    for (ValueId output : node.outputs)
        if (output != kNoValue && isKnown(output))
            return false; // its memory was decided: it must be copied there
    std::vector<TensorType> types;
    std::vector<const Tensor*> constants;
    const auto present = std::make_unique<bool[]>(node.inputs.size());
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        present[i] = node.inputs[i] != kNoValue;
        const ValueInfo* info = present[i] ? &m_graph.value(node.inputs[i]) : nullptr;
        types.push_back(info ? info->type : TensorType{});
        constants.push_back(info && !info->content.isNull() ? &info->content : nullptr);
    }
    const OpCall call{node.attributes,
                      types,
                      constants,
                      {present.get(), node.inputs.size()},
                      node.outputs.size()};
    const PlannedValue& source = *op.in[0];
    TensorView input = source.layout;
    input.data = kNoBase;
    std::vector<PlannedValue> seen;
    for (size_t i = 0; i < node.outputs.size(); ++i) {
        const std::optional<TensorView> view = def.view(call, input, i);
        if (!view)
            return false;
        PlannedValue place = source;
        place.offset += view->data - kNoBase;
        place.layout = {view->dtype, nullptr, view->shape, view->strides};
        seen.push_back(place);
    }
    for (size_t i = 0; i < node.outputs.size(); ++i)
        if (node.outputs[i] != kNoValue)
            take(node.outputs[i], seen[i]);
    op.isView = true;
    return true;
}

}
