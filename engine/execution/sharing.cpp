// How the work of a recurrence is shared between threads (ENGINE section 5, item 8): what is
// batched over time by timesteps, and the ops of a timestep by batch, so that nobody waits inside a
// segment.

#include "engine/execution/planner.h"

#include <algorithm>
#include <optional>

namespace backstep {

namespace {

/// What a share must be at least worth, in multiply-adds: less than that, and waking a thread and
/// products of few rows cost more than is won (measured: bench_engine).
constexpr int64_t kLeastScanWork = 20'000'000;
constexpr int64_t kLeastBatchRows = 8;

/// About how many multiply-adds take as long; functions such as Tanh cost eight of them.
int64_t workOf(const Graph& graph, const Node& node)
{
    int64_t elements = 0;
    for (ValueId output : node.outputs)
        if (output != kNoValue)
            elements += graph.value(output).type.shape.count();
    if (!node.op.is("MatMul") && !node.op.is("Gemm"))
        return 8 * elements;
    const Shape& left = graph.value(node.inputs[0]).type.shape;
    const bool isTransposed = node.attributes.integer("transA", 0) != 0;
    return elements * (left.rank() == 0 ? 1 : isTransposed ? left[0] : left.back());
}

/// The axis of the batch in every operand of a body's ops. An op that is shared writes only its
/// part of the batch; so whatever a body writes and reads again must be read by the same axis.
/// Where an op mixes the batch, the body is not shared.
class BatchAxes
{
public:
    BatchAxes(const Graph& graph, PlannedRegion& region, int64_t batch)
        : m_graph(graph), m_region(region), m_batch(batch)
    {}

    /// Fills in every call's axes; false where there is no way. `carries` are written in the body.
    bool assign(const std::vector<const PlannedValue*>& carries)
    {
        for (const PlannedValue* carry : carries)
            if (!mark(*carry, leadingAxis(*carry)))
                return false;
        for (PlannedOp& op : m_region.ops)
            if (op.call.kernel && op.when == When::Step && !assign(op))
                return false;
        return std::all_of(m_region.atStep.begin(), m_region.atStep.end(),
                           [this](PlannedCall& copy) { return assignElementwise(copy); });
    }

private:
    int leadingAxis(const PlannedValue& value) const
    {
        const Shape& shape = value.layout.shape;
        const auto found = std::find(shape.begin(), shape.end(), m_batch);
        return found == shape.end() ? kNoAxis : static_cast<int>(found - shape.begin());
    }

    /// Of a value that the body writes: the axis by which its memory is shared.
    std::optional<int> sharedAxis(const PlannedValue& value) const
    {
        const auto found = m_strides.find(value.root);
        if (found == m_strides.end())
            return std::nullopt;
        const TensorView& layout = value.layout;
        for (int axis = 0; axis < layout.shape.rank(); ++axis)
            if (layout.shape[axis] == m_batch && layout.strides[axis] == found->second)
                return axis;
        return kNoAxis;
    }

    bool mark(const PlannedValue& value, int axis)
    {
        if (axis < 0 || value.layout.shape[axis] != m_batch)
            return false;
        const int64_t stride = value.layout.strides[axis];
        return m_strides.try_emplace(value.root, stride).first->second == stride;
    }

    bool assign(PlannedOp& op)
    {
        const Node& node = m_graph.node(op.node);
        if (op.call.isElementwise)
            return assignElementwise(op.call);
        return (node.op.is("MatMul") || node.op.is("Gemm")) && assignProduct(op.call, node);
    }

    /// Operands stand right-aligned, so the axis is counted from the right.
    bool assignElementwise(PlannedCall& call)
    {
        const PlannedValue& out = *call.out.at(0);
        int fromRight = out.layout.shape.rank() - leadingAxis(out);
        for (const PlannedValue* in : call.in)
            if (const std::optional<int> axis = in ? sharedAxis(*in) : std::nullopt) {
                if (*axis == kNoAxis)
                    return false;
                fromRight = in->layout.shape.rank() - *axis;
            }
        return assignAligned(call, fromRight);
    }

    bool assignAligned(PlannedCall& call, int fromRight)
    {
        for (const PlannedValue* in : call.in)
            if (!assignInput(call, in, in ? in->layout.shape.rank() - fromRight : kNoAxis))
                return false;
        const int axis = call.out[0]->layout.shape.rank() - fromRight;
        call.sharedAxes.push_back(axis);
        return mark(*call.out[0], axis);
    }

    bool assignInput(PlannedCall& call, const PlannedValue* in, int axis)
    {
        const bool hasBatch = in && axis >= 0 && in->layout.shape[axis] == m_batch;
        call.sharedAxes.push_back(hasBatch ? axis : kNoAxis);
        const std::optional<int> shared = in ? sharedAxis(*in) : std::nullopt;
        return !shared || (hasBatch && *shared == axis);
    }

    /// [.., m, k] x [k, n]: the batch is among the rows, and the right matrix the same for all.
    bool assignProduct(PlannedCall& call, const Node& node)
    {
        const PlannedValue &a = *call.in[0], &b = *call.in[1], &out = *call.out[0];
        const int rank = a.layout.shape.rank();
        const int axis = sharedAxis(a).value_or(leadingAxis(a));
        if (b.layout.shape.rank() != 2 || rank < 2 || axis < 0 || axis > rank - 2 ||
            node.attributes.integer("transA", 0) != 0 || sharedAxis(b))
            return false;
        call.sharedAxes = {axis, kNoAxis};
        for (size_t i = 2; i < call.in.size(); ++i) // Gemm's C is broadcast
            if (!assignInput(call, call.in[i],
                             call.in[i] ? call.in[i]->layout.shape.rank() - 2 : kNoAxis))
                return false;
        call.sharedAxes.push_back(axis);
        return mark(out, axis);
    }

    const Graph& m_graph;
    PlannedRegion& m_region;
    const int64_t m_batch;
    std::map<ValueId, int64_t> m_strides; ///< of the batch in memory that the body writes, by root
};

}

/// Among how many threads a region is shared, as far as its work and its batch go; nested ones
/// begin too often.
int Planner::partsFor(RegionId id) const
{
    if (m_threads <= 1 || id == kTopRegion || m_graph.depth(id) > 1)
        return 1;
    int64_t work = 0, rows = 0;
    for (const Carry& carry : m_graph.region(id).carries) {
        const Shape& shape = m_graph.value(carry.in).type.shape;
        for (int axis = 0; axis < shape.rank() - 1; ++axis)
            rows = std::max(rows, shape[axis]);
    }
    for (NodeId node : m_graph.region(id).nodes)
        work += workOf(m_graph, m_graph.node(node));
    const int64_t steps = m_graph.stepCount(id);
    const int64_t most = std::min(work * steps / kLeastScanWork, rows / kLeastBatchRows);
    return static_cast<int>(std::clamp<int64_t>(most, 1, m_threads));
}

/// Shares the ops of a timestep by the batch; false, with nothing done, where one of them cannot
/// be. `region` is whole by now.
bool Planner::shareBatch(PlannedRegion& region) const
{
    const std::vector<Carry>& carries = m_graph.region(region.id).carries;
    if (region.timestep || !region.isPlain || carries.empty())
        return false;
    std::vector<const PlannedValue*> places;
    for (const Carry& carry : carries)
        places.push_back(&m_plan.value(carry.in));
    std::vector<PlannedCall*> calls;
    for (PlannedOp& op : region.ops)
        if (op.call.kernel && op.when == When::Step)
            calls.push_back(&op.call);
    for (PlannedCall& copy : region.atStep)
        calls.push_back(&copy);
    const Shape& shape = places[0]->layout.shape;
    const bool isShared = std::any_of(shape.begin(), shape.end(), [&](int64_t batch) {
        for (PlannedCall* call : calls)
            call->sharedAxes.clear();
        return batch >= kLeastBatchRows * region.parts &&
               BatchAxes(m_graph, region, batch).assign(places);
    });
    if (isShared)
        for (PlannedCall* call : calls)
            call->sharing = Sharing::Axis;
    return isShared;
}

/// Shares an addition over time by the elements of its sum.
void Planner::shareSum(PlannedCall& call, NodeId maker) const
{
    const Shape &sum = call.out[0]->layout.shape, &term = call.in[0]->layout.shape;
    const bool isProduct = maker != kNoNode && m_graph.node(maker).op.is("MatMul");
    const int last = sum.rank() - 1;
    if (isProduct)
        call.sharedAxes = {0, kNoAxis};
    else if (last >= 0 && term.rank() == sum.rank() && term[last] == sum[last])
        call.sharedAxes = {last, kNoAxis};
    else
        return;
    call.sharedAxes.resize(call.in.size());
    call.sharedAxes.push_back(isProduct ? 0 : last);
    call.sharing = Sharing::Axis;
}

}
