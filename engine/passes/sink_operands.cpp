// What an op reads once it stands in a body: operands of one timestep.

#include "engine/passes/sinker.h"

#include <algorithm>
#include <set>

namespace backstep {

/// The body's value with its axes as the layout has them, time left out.
Value Sinker::arranged(GraphBuilder& body, const TimedValue& value) const
{
    Value inner = body.use(value.inner);
    const std::vector<int64_t> order = factorOrder(value.layout, inner.shape().rank(), false);
    if (!std::is_sorted(order.begin(), order.end()))
        inner = transpose(inner, order);
    return reshape(inner, bodyShape(value.layout));
}

bool Sinker::dependsOn(ValueId value, RegionId region) const
{
    const NodeId scan = m_graph.region(region).owner;
    std::set<ValueId> seen;
    std::vector<ValueId> open{value};
    while (!open.empty()) {
        const ValueId next = open.back();
        open.pop_back();
        if (next == kNoValue || !seen.insert(next).second)
            continue;
        const NodeId producer = m_graph.value(next).producer;
        if (producer == scan || m_graph.isInside(m_graph.value(next).region, region))
            return true; // an adjoint reads the body's values themselves
        if (producer != kNoNode)
            for (ValueId read : m_graph.reads(producer))
                open.push_back(read);
    }
    return false;
}

/// An operand without time, made fit for the body: captured when it has size 1 where time
/// stands, a step input when it has time's full size there. `offset` axes of the layout come
/// before the operand's first one.
std::optional<Value> Sinker::untimedOperand(GraphBuilder& body, RegionId region, ValueId operand,
                                            const TimeLayout& layout, int offset)
{
    if (dependsOn(operand, region))
        return std::nullopt;
    const Shape shape = m_graph.value(operand).type.shape;
    Shape captured, factored;
    TimeLayout own;
    bool varies = false;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const auto& factors = layout[static_cast<size_t>(axis + offset)];
        const bool isFull = shape[axis] != 1;
        if (!isTimeOnly(factors))
            captured.append(shape[axis]);
        if (isFull && holdsTime(factors))
            varies = true;
        std::vector<AxisFactor> kept;
        for (const AxisFactor& factor : factors) {
            kept.push_back({static_cast<int>(factored.rank()), isFull ? factor.size : 1});
            if (factored.rank() == kMaxRank)
                return std::nullopt;
            factored.append(isFull ? factor.size : 1);
        }
        own.push_back(std::move(kept));
    }
    GraphBuilder outside(m_graph, kTopRegion, body.origin());
    if (!varies)
        return body.use(reshape(outside.use(operand), captured).id());
    return stepInput(outside, body, region, operand, layout, offset, factored, captured);
}

/// The operand as a sequence with time in front, read one timestep at a time.
std::optional<Value> Sinker::stepInput(GraphBuilder& outside, GraphBuilder& body, RegionId region,
                                       ValueId operand, const TimeLayout& layout, int offset,
                                       const Shape& factored, const Shape& inBody)
{
    std::vector<int64_t> order;
    int64_t index = 0, timeAt = -1;
    for (size_t axis = static_cast<size_t>(offset); axis < layout.size(); ++axis)
        for (const AxisFactor& factor : layout[axis]) {
            if (factor.axis == AxisFactor::kTime)
                timeAt = index;
            else
                order.push_back(index);
            ++index;
        }
    if (timeAt < 0 || index != factored.rank() || factored[static_cast<int>(timeAt)] == 1)
        return std::nullopt;
    order.insert(order.begin(), timeAt);
    Value sequence = reshape(outside.use(operand), factored);
    if (!std::is_sorted(order.begin(), order.end()))
        sequence = transpose(sequence, order);
    Shape stacked = inBody;
    stacked.insert(0, m_graph.stepCount(region));
    sequence = reshape(sequence, stacked);
    if (outside.error())
        return std::nullopt;
    ValueInfo info;
    info.kind = ValueKind::StepIn;
    info.type = {sequence.dtype(), inBody};
    info.name = m_graph.value(operand).name;
    const Value step = body.declare(std::move(info));
    Region& edited = m_graph.editRegion(region);
    edited.stepInputs.push_back(step.id());
    m_graph.editNode(edited.owner).inputs.push_back(sequence.id());
    return step;
}

/// The node again, inside the body, with operands of one timestep.
Value Sinker::placeInBody(GraphBuilder& body, const Node& node, std::vector<Value> operands,
                          Attributes attributes)
{
    std::vector<Value> results =
        body.addAll(node.op, std::move(operands), std::move(attributes), 1);
    if (body.error() || results.empty())
        return {};
    m_graph.editValue(results[0].id()).name = m_graph.value(node.outputs[0]).name;
    return results[0];
}

std::optional<Value> Sinker::elementOperand(GraphBuilder& body, RegionId region, ValueId input,
                                            const TimeLayout& layout, const Shape& shape)
{
    if (input == kNoValue)
        return Value();
    const Shape& own = m_graph.value(input).type.shape;
    if (const TimedValue* each = timed(input)) {
        const bool isAligned = own == shape && sameTimePlace(each->layout, layout);
        return isAligned ? std::optional(arranged(body, *each)) : std::nullopt;
    }
    return untimedOperand(body, region, input, layout, shape.rank() - own.rank());
}

/// Two layouts of one shape put time in the same place of the same axis.
bool Sinker::sameTimePlace(const TimeLayout& a, const TimeLayout& b)
{
    for (size_t axis = 0; axis < a.size(); ++axis) {
        if (holdsTime(a[axis]) != holdsTime(b[axis]))
            return false;
        if (!holdsTime(a[axis]) || isTimeOnly(a[axis]) || isTimeOnly(b[axis]))
            continue;
        if ((a[axis].front().axis == AxisFactor::kTime) !=
            (b[axis].front().axis == AxisFactor::kTime))
            return false;
    }
    return true;
}

/// Class indices lack the last axis of the logits.
TimeLayout Sinker::leftPart(const TimeLayout& layout, ValueId operand) const
{
    const auto rank = static_cast<size_t>(m_graph.value(operand).type.shape.rank());
    return TimeLayout(layout.begin(),
                      layout.begin() + static_cast<std::ptrdiff_t>(std::min(rank, layout.size())));
}

}
