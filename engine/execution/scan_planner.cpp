// How a Scan's inner and outer ends share memory.

#include "engine/execution/planner.h"
#include "engine/ops/half_kernels.h"
#include "engine/tensor/strided.h"

#include <algorithm>

namespace backstep {

namespace {

const Attributes kNoAttributes;

/// Adds up the first operand over its leading axis.
void addOverTime(const KernelCall& call)
{
    const TensorView &x = call.in[0], &sum = call.out[0];
    Shape strides = stridesBroadcastTo(sum, x.shape);
    strides[0] = 0; // also where the sum has as many axes
    withNumericType(sum.dtype, [&]<class T>() {
        if constexpr (!std::is_same_v<T, bool>) {
            const StridedLoop<2> loop(x.shape, {x.strides, strides});
            loop.forEachRow([&](const auto& at, int64_t length, const auto& step) {
                const T* source = x.as<T>() + at[0];
                T* target = sum.as<T>() + at[1];
                for (int64_t i = 0; i < length; ++i)
                    target[i * step[1]] += source[i * step[0]];
            });
        }
    });
}

}

bool Planner::isFreeOutput(ValueId id, RegionId region) const
{
    if (id == kNoValue || isKnown(id))
        return false;
    const ValueInfo& info = m_graph.value(id);
    if (info.kind != ValueKind::Output || info.region != region)
        return false;
    const Node& producer = m_graph.node(info.producer);
    const OpDef* def = operators().find(producer.op);
    return !producer.isScan() && def && !def->view && !producer.problem;
}

void Planner::planScan(PlannedRegion& region, PlannedOp& op, const Node& node)
{
    const Region& body = m_graph.region(node.body);
    PlannedRegion& planned = openRegion(node.body);
    op.body = &planned;
    for (size_t i = 0; op.canRun && i < body.stepInputs.size(); ++i)
        planStepInput(node, body, i);
    if (op.canRun) {
        for (size_t i = 0; i < body.carries.size(); ++i)
            planCarry(node, body, planned, i);
        for (size_t i = 0; i < body.stepOutputs.size(); ++i)
            planStepOutput(node, body, planned, i);
        for (size_t i = 0; i < body.sums.size(); ++i)
            planSum(node, body, planned, i);
    }
    planRegion(planned);
    // Inner ends whose place was left to the body are moved at the end of each timestep; an end
    // that is never computed makes the Scan one that cannot run.
    for (auto* calls : {&planned.atStep, &planned.sums})
        std::erase_if(*calls, [&](const PlannedCall& call) {
            const bool isComplete =
                std::all_of(call.in.begin(), call.in.end(), [](const PlannedValue* from) {
                    return !from || from->storage != Storage::Nowhere;
                });
            op.canRun = op.canRun && isComplete;
            return !isComplete;
        });
    op.canRun = op.canRun && std::all_of(planned.ops.begin(), planned.ops.end(),
                                         [](const PlannedOp& inner) { return inner.canRun; });
    collectSources(planned);
    // What is batched over time alone is not worth waking a thread.
    if (planned.parts > 1 && !(op.canRun && shareBatch(planned)))
        planned.parts = 1;
    m_plan.m_threads = std::max(m_plan.m_threads, planned.parts);
    region.span += static_cast<Position>(planned.stepCount) * planned.span;
}

void Planner::planStepInput(const Node& scan, const Region& body, size_t index)
{
    // A view of the sequence: its leading axis becomes the timestep.
    PlannedValue place = slot(scan.inputs[body.carries.size() + index]);
    const auto level = static_cast<size_t>(m_graph.depth(body.id) - 1);
    place.strides[level] =
        place.layout.strides[0] * static_cast<int64_t>(elementSize(place.layout.dtype));
    place.layout.shape.erase(0);
    place.layout.strides.erase(0);
    take(body.stepInputs[index], place);
}

// Rows 0 to T: going forward, `in` at t is row t and `next` row t + 1; going back it is the other
// way round. The initial value goes to the first row used, the final one is the last row written.
// Where a region is checkpointed the rows are those of one segment, in scratch, and those at the
// segments' borders are kept instead.
void Planner::planCarry(const Node& scan, const Region& body, PlannedRegion& planned, size_t index)
{
    const Carry& carry = body.carries[index];
    const TensorType& type = m_graph.value(carry.in).type;
    // Rows that leave the Scan as a stacked result are kept in any case.
    const auto& stacked = body.stepOutputs;
    const bool isStacked = std::find(stacked.begin(), stacked.end(), carry.next) != stacked.end();
    const bool isCheckpointed = planned.isCheckpointed && !isStacked;
    const auto level = static_cast<size_t>(planned.depth - 1);
    PlannedValue in = isCheckpointed ? scratch(type, body.id, true, 1) : rows(type, body.id, 1);
    if (isCheckpointed && (m_residuals.contains(carry.in) || m_residuals.contains(carry.next)))
        keepLastSegments(in, body.id, 1);
    in.root = carry.in;
    PlannedValue next = in;
    const bool isForward = planned.direction == Direction::Forward;
    in.shifts[level] = isForward ? 0 : 1;
    next.shifts[level] = isForward ? 1 : 0;
    take(carry.in, in);

    // One row, seen from outside the body.
    const int64_t bytes = in.strides[level];
    PlannedValue outside = isCheckpointed ? borderRows(type, planned) : in;
    outside.strides[level] = 0;
    outside.shifts[level] = 0;
    const auto row = [&](int64_t number) {
        PlannedValue place = outside;
        place.offset += number * bytes;
        return place;
    };
    const int64_t last = isCheckpointed ? planned.segmentCount() : planned.stepCount;
    planned.atStart.push_back(copy(slot(scan.inputs[index]), row(isForward ? 0 : last)));
    if (scan.outputs[index] != kNoValue)
        take(scan.outputs[index], row(isForward ? last : 0));
    if (isFreeOutput(carry.next, body.id))
        take(carry.next, next);
    else
        planned.atStep.push_back(copy(slot(carry.next), next));
    if (isCheckpointed)
        planned.checkpoints.push_back({in, next, outside, bytes});
}

void Planner::planStepOutput(const Node& scan, const Region& body, PlannedRegion& planned,
                             size_t index)
{
    const ValueId inner = body.stepOutputs[index];
    const ValueId stacked = scan.outputs[body.carries.size() + index];
    const auto level = static_cast<size_t>(planned.depth - 1);
    const TensorType type = m_graph.value(inner).type;
    PlannedValue place;
    const bool isPlaced = isKnown(inner) && slot(inner).storage == Storage::Kept &&
                          m_graph.value(inner).kind == ValueKind::Output &&
                          m_graph.value(inner).region == body.id;
    if (isPlaced) {
        place = slot(inner); // rows of a carry: the stacked result is a view of them
    } else {
        place = rows(type, body.id, 0);
        place.root = stacked == kNoValue ? inner : stacked;
        if (isFreeOutput(inner, body.id))
            take(inner, place);
        else
            planned.atStep.push_back(copy(slot(inner), place));
    }
    if (stacked == kNoValue)
        return;
    PlannedValue whole = place;
    whole.offset += place.shifts[level] * place.strides[level];
    whole.layout.shape.insert(0, planned.stepCount);
    const auto width = static_cast<int64_t>(elementSize(type.dtype));
    whole.layout.strides.insert(0, width == 0 ? 0 : place.strides[level] / width);
    whole.strides[level] = 0;
    whole.shifts[level] = 0;
    take(stacked, whole);
}

PlannedCall Planner::copy(const PlannedValue& from, const PlannedValue& to)
{
    PlannedCall call;
    call.kernel = [](const KernelCall& own) { copyElements(own.in[0], own.out[0]); };
    call.attributes = &kNoAttributes;
    call.in.push_back(&from);
    call.out.push_back(keep(to));
    return call;
}

const PlannedValue* Planner::keep(const PlannedValue& place)
{
    return m_plan.m_places.emplace_back(std::make_unique<PlannedValue>(place)).get();
}

const PlannedValue* Planner::inShape(PlannedValue dense, const Shape& shape)
{
    dense.layout.shape = shape;
    dense.layout.strides = shape.denseStrides();
    return keep(dense);
}

void Planner::planSum(const Node& scan, const Region& body, PlannedRegion& planned, size_t index)
{
    const ValueId sum = scan.outputs[body.carries.size() + body.stepOutputs.size() + index];
    allocate(sum, true, false);
    const PlannedValue& total = slot(sum);
    planned.zeroed.push_back(&total);
    for (const SummedTerm& each : batching(body.id).terms(index)) {
        PlannedCall call;
        call.isBatched = true;
        call.out.push_back(&total);
        if (each.maker == kNoNode) {
            call.kernel = kernelForAll<addOverTime>().at(total.layout.dtype);
            call.attributes = &kNoAttributes;
            call.in.push_back(&slot(each.term));
            call.haveTime.push_back(true);
        } else {
            const Node& maker = m_graph.node(each.maker);
            call.kernel = operators().find(maker.op)->sumOverTime.at(total.layout.dtype);
            call.attributes = &maker.attributes;
            for (ValueId input : maker.inputs) {
                call.in.push_back(input == kNoValue ? nullptr : &slot(input));
                call.haveTime.push_back(!batching(body.id).isTimeFree(input));
            }
            const Shape& shape = m_graph.value(maker.outputs[0]).type.shape;
            call.out[0] = inShape(total, shape);
        }
        shareSum(call, each.maker);
        planned.sums.push_back(std::move(call));
    }
}

/// A Concat of values that nobody else places is written by their makers: each writes its part. The
/// last ones first, since a part may be a Concat itself.
void Planner::placeConcats(RegionId region)
{
    const std::vector<NodeId>& nodes = m_graph.region(region).nodes;
    for (auto id = nodes.rbegin(); id != nodes.rend(); ++id) {
        const Node& node = m_graph.node(*id);
        if (!node.op.is("Concat") || node.problem)
            continue;
        const std::set<ValueId> distinct(node.inputs.begin(), node.inputs.end());
        const bool areFree =
            distinct.size() == node.inputs.size() &&
            std::all_of(node.inputs.begin(), node.inputs.end(),
                        [&](ValueId input) { return isFreeOutput(input, region); });
        if (!areFree)
            continue;
        const ValueId whole = node.outputs[0];
        const bool isKept = m_residuals.contains(whole) ||
                            std::any_of(node.inputs.begin(), node.inputs.end(),
                                        [&](ValueId input) { return m_residuals.contains(input); });
        if (!isKnown(whole))
            allocate(whole, isKept, region != kTopRegion);
        else if (isKept && slot(whole).storage != Storage::Kept)
            continue;
        m_placedConcats.insert(*id);
        PlannedValue part = slot(whole);
        const auto axis = static_cast<int>(node.attributes.integer("axis", 0));
        const int from = axis < 0 ? axis + part.layout.shape.rank() : axis;
        for (ValueId input : node.inputs) {
            const int64_t size = m_graph.value(input).type.shape[from];
            part.layout.shape[from] = size;
            take(input, part);
            part.offset += size * part.layout.strides[from] *
                           static_cast<int64_t>(elementSize(part.layout.dtype));
        }
    }
}

}
