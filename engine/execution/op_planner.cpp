// How one op is executed: as a view, by which kernel, and when.

#include "engine/execution/planner.h"
#include "engine/ops/call_operands.h"

#include <algorithm>

namespace backstep {

namespace {

/// A base for view arithmetic on plans; never read.
std::byte* const kNoBase = reinterpret_cast<std::byte*>(uintptr_t{1} << 44);

}

void Planner::planKernel(PlannedRegion& region, PlannedOp& op, const Node& node, const OpDef& def)
{
    const DType dtype = node.inputs.empty() || node.inputs[0] == kNoValue
                            ? m_graph.value(node.outputs.at(0)).type.dtype
                            : m_graph.value(node.inputs[0]).type.dtype;
    const bool hasText = handlesText(node);
    op.call.kernel = hasText ? nullptr : def.kernel.at(dtype);
    op.call.isEvaluated =
        !op.call.kernel && region.id == kTopRegion && (def.evaluate || def.kernel.at(dtype));
    op.canRun = (op.call.kernel || op.call.isEvaluated) &&
                std::find(node.outputs.begin(), node.outputs.end(), kNoValue) == node.outputs.end();
    if (!op.canRun)
        op.call.kernel = nullptr;
    else if (region.id != kTopRegion)
        chooseWhen(region, op, node);
}

/// Text lies in no arena, where kernels read and write.
bool Planner::handlesText(const Node& node) const
{
    const auto isText = [&](ValueId value) {
        return value != kNoValue && m_graph.value(value).type.dtype == DType::String;
    };
    return std::any_of(node.inputs.begin(), node.inputs.end(), isText) ||
           std::any_of(node.outputs.begin(), node.outputs.end(), isText);
}

bool Planner::isEarly(RegionId region, ValueId value) const
{
    if (value == kNoValue || m_early.contains(value))
        return true;
    const ValueInfo& info = m_graph.value(value);
    return info.isContent() || info.kind == ValueKind::StepIn || info.region != region;
}

void Planner::chooseWhen(const PlannedRegion& region, PlannedOp& op, const Node& node)
{
    const Batching& own = batching(region.id);
    if (own.isLookup(node.id)) {
        op.when = When::Lookup;
        return;
    }
    if (own.isAfter(node.id))
        op.when = When::After;
    else if (own.canBatch(node) && std::all_of(node.inputs.begin(), node.inputs.end(),
                                               [&](ValueId v) { return isEarly(region.id, v); }))
        op.when = When::Before;
    op.call.isBatched = op.when != When::Step;
    if (op.call.isBatched) {
        op.call.sharing = Sharing::Timesteps;
        for (ValueId input : node.inputs)
            op.call.haveTime.push_back(!own.isTimeFree(input));
    }
    if (op.when == When::Before)
        m_early.insert(node.outputs[0]);
}

/// Matrices that the products of a long recurrence multiply with at every timestep.
void Planner::collectLoopMatrices()
{
    constexpr int64_t leastSteps = 32; // for fewer a copy costs as much as it saves
    for (RegionId region : m_graph.regionIds()) {
        if (region == kTopRegion || m_graph.stepCount(region) < leastSteps)
            continue;
        for (NodeId id : m_graph.region(region).nodes)
            if (const Node& node = m_graph.node(id); node.inputs.size() > 1 &&
                                                     (node.op.is("MatMul") || node.op.is("Gemm")) &&
                                                     node.attributes.integer("transB", 0) == 0)
                m_loopMatrices.insert(node.inputs[1]);
    }
}

/// Such a matrix is transposed once: for few rows oneDNN takes up to twice as long with a
/// transposed view.
bool Planner::isTransposedOnce(const Node& node) const
{
    return node.region == kTopRegion && node.op.is("Transpose") &&
           m_loopMatrices.contains(node.outputs[0]) &&
           m_graph.value(node.outputs[0]).type.shape.rank() == 2;
}

bool Planner::planView(PlannedOp& op, const Node& node, const OpDef& def)
{
    for (ValueId output : node.outputs)
        if (output != kNoValue && isKnown(output))
            return false; // its memory was decided: it must be copied there
    const CallOperands operands(m_graph, node.inputs);
    const OpCall call = operands.call(node.attributes, node.outputs.size());
    const auto copied = m_copiedViews.find(node.inputs[0]);
    const PlannedValue& source = copied == m_copiedViews.end() ? *op.call.in[0] : copied->second;
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
    if (isTransposedOnce(node)) {
        m_copiedViews[node.outputs[0]] = seen[0];
        return false;
    }
    for (size_t i = 0; i < node.outputs.size(); ++i)
        if (node.outputs[i] != kNoValue) {
            take(node.outputs[i], seen[i]);
            if (node.region != kTopRegion && isEarly(node.region, node.inputs[0]))
                m_early.insert(node.outputs[i]);
        }
    op.isView = true;
    return true;
}

}
