// Sinking (ARCHITECTURE, passes): exporters put Sign and Dense behind the recurrence, on [batch,
// time, n]. Ops that keep the axis of time move into the body that makes it and become ops of every
// timestep: elementwise ops, products whose other operand has no time, and loss terms, which become
// sums over the timesteps. Movements of axes vanish; one stays where a value is needed outside.

#include "engine/ops/einsum.h"
#include "engine/passes/passes.h"
#include "engine/passes/sinker.h"

namespace backstep {

void Sinker::run()
{
    const std::vector<NodeId> nodes = m_graph.region(kTopRegion).nodes;
    for (NodeId id : nodes) {
        if (m_graph.node(id).isScan())
            noteStacked(m_graph.node(id));
        else
            visit(id);
    }
    materializeWhatIsRead();
    removeSunk();
    dropUnreadStepOutputs();
}

void Sinker::noteStacked(const Node& scan)
{
    const Region& body = m_graph.region(scan.body);
    const int64_t steps = m_graph.stepCount(body.id);
    if (steps < 2)
        return; // a single timestep cannot be told from an axis of size 1
    for (size_t i = 0; i < body.stepOutputs.size(); ++i) {
        const ValueId inner = body.stepOutputs[i];
        m_timed[scan.outputs[body.carries.size() + i]] = {
            body.id, inner, stackedLayout(m_graph.value(inner).type.shape, steps)};
    }
}

const TimedValue* Sinker::timed(ValueId value) const
{
    const auto found = m_timed.find(value);
    return found == m_timed.end() ? nullptr : &found->second;
}

void Sinker::visit(NodeId id)
{
    Node node = m_graph.node(id);
    node.origin.isSunk = true;
    const OpDef* def = operators().find(node.op);
    if (!def || node.problem || node.outputs.size() != 1 || node.outputs[0] == kNoValue)
        return;
    const TimedValue* first = nullptr;
    for (ValueId input : node.inputs) {
        const TimedValue* each = timed(input);
        if (each && first && each->region != first->region)
            return; // from two recurrences
        if (each && !first)
            first = each;
    }
    if (!first)
        return;
    bool isSunk = false;
    switch (def->overTime) {
    case OverTime::Movement:
        isSunk = move(node);
        break;
    case OverTime::Elementwise:
        isSunk = sinkElementwise(node, first->region);
        break;
    case OverTime::Product:
        isSunk = node.op.is("Einsum") ? sinkEinsum(node) : sinkProduct(node);
        break;
    case OverTime::Adds:
        isSunk = sinkSum(node, first->region);
        break;
    case OverTime::Blocks:
        break;
    }
    if (isSunk)
        m_sunk.push_back(id);
}

bool Sinker::move(const Node& node)
{
    const TimedValue* from = timed(node.inputs[0]);
    if (!from)
        return false;
    std::optional<TimeLayout> layout =
        movedLayout(node, from->layout, m_graph.value(node.outputs[0]).type.shape);
    if (layout)
        m_timed[node.outputs[0]] = {from->region, from->inner, std::move(*layout)};
    return layout.has_value();
}

bool Sinker::sinkElementwise(const Node& node, RegionId region)
{
    const Shape& shape = m_graph.value(node.outputs[0]).type.shape;
    const TimeLayout* layout = nullptr;
    for (ValueId input : node.inputs)
        if (const TimedValue* each = timed(input))
            if (m_graph.value(input).type.shape == shape && !layout)
                layout = &each->layout;
    if (!layout)
        return false;
    std::optional<TimeLayout> result = renumbered(*layout);
    if (!result)
        return false;
    GraphBuilder body(m_graph, region, node.origin);
    std::vector<Value> operands;
    for (ValueId input : node.inputs) {
        std::optional<Value> operand = elementOperand(body, region, input, *layout, shape);
        if (!operand)
            return false;
        operands.push_back(*operand);
    }
    const Value inner = placeInBody(body, node, std::move(operands), node.attributes);
    if (!inner.isPresent())
        return false;
    m_timed[node.outputs[0]] = {region, inner.id(), std::move(*result)};
    return true;
}

bool Sinker::sinkProduct(const Node& node)
{
    const TimedValue* left = timed(node.inputs[0]);
    const ValueId right = node.inputs[1];
    if (!left || timed(right) || left->layout.empty() || holdsTime(left->layout.back()) ||
        m_graph.value(right).type.shape.rank() != 2 || dependsOn(right, left->region) ||
        node.attributes.integer("transA", 0) != 0)
        return false;
    std::optional<TimeLayout> result = renumbered(left->layout);
    if (!result || bodyShape(left->layout).rank() < (node.op.is("Gemm") ? 2 : 1))
        return false;
    const RegionId region = left->region;
    GraphBuilder body(m_graph, region, node.origin);
    std::vector<Value> operands{arranged(body, *left), body.use(right)};
    if (node.inputs.size() > 2 && node.inputs[2] != kNoValue) {
        const Shape& c = m_graph.value(node.inputs[2]).type.shape;
        std::optional<Value> addend =
            untimedOperand(body, region, node.inputs[2], left->layout,
                           static_cast<int>(left->layout.size()) - c.rank());
        if (!addend)
            return false;
        operands.push_back(*addend);
    }
    const Value inner = placeInBody(body, node, std::move(operands), node.attributes);
    if (!inner.isPresent())
        return false;
    result->back()[0].size = m_graph.value(node.outputs[0]).type.shape.back();
    m_timed[node.outputs[0]] = {region, inner.id(), std::move(*result)};
    return true;
}

bool Sinker::sinkEinsum(const Node& node)
{
    const TimedValue* left = timed(node.inputs[0]);
    if (!left || node.inputs.size() != 2 || timed(node.inputs[1]) ||
        dependsOn(node.inputs[1], left->region))
        return false;
    Result<EinsumLetters> letters = parseEinsum(node.attributes.text("equation", ""), 2);
    if (!letters)
        return false;
    size_t axis = 0;
    while (axis < left->layout.size() && !isTimeOnly(left->layout[axis]))
        ++axis;
    if (axis == left->layout.size())
        return false; // time is merged into another axis
    const char time = letters->operands[0][axis];
    const size_t place = letters->result.find(time);
    if (place == std::string::npos || letters->operands[1].find(time) != std::string::npos)
        return false;
    const RegionId region = left->region;
    const int64_t steps = m_graph.stepCount(region);
    letters->operands[0].erase(axis, 1);
    letters->result.erase(place, 1);
    Attributes attributes = node.attributes;
    attributes.set("equation", einsumText(*letters));
    GraphBuilder body(m_graph, region, node.origin);
    const Value inner = placeInBody(body, node, {arranged(body, *left), body.use(node.inputs[1])},
                                    std::move(attributes));
    if (!inner.isPresent())
        return false;
    TimeLayout layout = stackedLayout(inner.shape(), steps);
    layout.erase(layout.begin());
    layout.insert(layout.begin() + static_cast<std::ptrdiff_t>(place),
                  {{AxisFactor::kTime, steps}});
    m_timed[node.outputs[0]] = {region, inner.id(), std::move(layout)};
    return true;
}

/// A loss term of the whole sequence: the sum of the terms of its timesteps.
bool Sinker::sinkSum(const Node& node, RegionId region)
{
    const TimedValue* first = timed(node.inputs[0]);
    if (!first)
        return false;
    const TimeLayout layout = first->layout;
    GraphBuilder body(m_graph, region, node.origin);
    std::vector<Value> operands;
    for (ValueId input : node.inputs) {
        const TimedValue* each = timed(input);
        std::optional<Value> operand;
        if (each && sameTimePlace(each->layout, layout))
            operand = arranged(body, *each);
        else if (!each)
            operand = untimedOperand(body, region, input, leftPart(layout, input), 0);
        if (!operand)
            return false;
        operands.push_back(*operand);
    }
    const Value term = placeInBody(body, node, std::move(operands), node.attributes);
    if (!term.isPresent())
        return false;
    ValueInfo info;
    info.type = term.type();
    info.name = m_graph.value(node.outputs[0]).name;
    info.producer = m_graph.region(region).owner;
    const ValueId sum = m_graph.addValue(std::move(info));
    m_graph.editRegion(region).sums.push_back(term.id());
    m_graph.editNode(m_graph.region(region).owner).outputs.push_back(sum);
    m_graph.replaceUses(node.outputs[0], sum);
    return true;
}

void sinkIntoBodies(Graph& graph)
{
    Sinker(graph).run();
}

}
