// Sinking (ARCHITECTURE, passes): exporters put Sign and Dense behind the recurrence, on [batch,
// time, n]. Ops that keep the axis of time move into the body that makes it and become ops of every
// timestep: elementwise ops, products whose other operand has no time, and loss terms, which become
// sums over the timesteps. Movements of axes vanish; one stays where a value is needed outside.

#include "engine/ops/einsum.h"
#include "engine/ops/graph_builder.h"
#include "engine/passes/passes.h"
#include "engine/passes/time_layout.h"

#include <algorithm>
#include <map>
#include <set>

namespace backstep {

namespace {

class Sinker
{
public:
    explicit Sinker(Graph& graph) : m_graph(graph) {}

    void run()
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

private:
    void noteStacked(const Node& scan)
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

    const TimedValue* timed(ValueId value) const
    {
        const auto found = m_timed.find(value);
        return found == m_timed.end() ? nullptr : &found->second;
    }

    void visit(NodeId id)
    {
        const Node node = m_graph.node(id);
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
        case OverTime::Movement: isSunk = move(node); break;
        case OverTime::Elementwise: isSunk = sinkElementwise(node, first->region); break;
        case OverTime::Product:
            isSunk = node.op.is("Einsum") ? sinkEinsum(node) : sinkProduct(node);
            break;
        case OverTime::Adds: isSunk = sinkSum(node, first->region); break;
        case OverTime::Blocks: break;
        }
        if (isSunk)
            m_sunk.push_back(id);
    }

    bool move(const Node& node)
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

    /// The body's value with its axes as the layout has them, time left out.
    Value arranged(GraphBuilder& body, const TimedValue& value) const
    {
        Value inner = body.use(value.inner);
        const std::vector<int64_t> order =
            factorOrder(value.layout, inner.shape().rank(), false);
        if (!std::is_sorted(order.begin(), order.end()))
            inner = transpose(inner, order);
        return reshape(inner, bodyShape(value.layout));
    }

    bool dependsOn(ValueId value, RegionId region) const
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
            if (producer == scan)
                return true;
            if (producer != kNoNode)
                for (ValueId read : m_graph.reads(producer))
                    open.push_back(read);
        }
        return false;
    }

    /// An operand without time, made fit for the body: captured when it has size 1 where time
    /// stands, a step input when it has time's full size there. `offset` axes of the layout come
    /// before the operand's first one.
    std::optional<Value> untimedOperand(GraphBuilder& body, RegionId region, ValueId operand,
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
    std::optional<Value> stepInput(GraphBuilder& outside, GraphBuilder& body, RegionId region,
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
    Value placeInBody(GraphBuilder& body, const Node& node, std::vector<Value> operands,
                      Attributes attributes)
    {
        std::vector<Value> results = body.addAll(node.op, std::move(operands), std::move(attributes), 1);
        if (body.error() || results.empty())
            return {};
        m_graph.editValue(results[0].id()).name = m_graph.value(node.outputs[0]).name;
        return results[0];
    }

    bool sinkElementwise(const Node& node, RegionId region)
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

    std::optional<Value> elementOperand(GraphBuilder& body, RegionId region, ValueId input,
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
    static bool sameTimePlace(const TimeLayout& a, const TimeLayout& b)
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

    bool sinkProduct(const Node& node)
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
            std::optional<Value> addend = untimedOperand(body, region, node.inputs[2], left->layout,
                                                         static_cast<int>(left->layout.size()) -
                                                             c.rank());
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

    bool sinkEinsum(const Node& node)
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
    bool sinkSum(const Node& node, RegionId region)
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

    /// Class indices lack the last axis of the logits.
    TimeLayout leftPart(const TimeLayout& layout, ValueId operand) const
    {
        const auto rank = static_cast<size_t>(m_graph.value(operand).type.shape.rank());
        return TimeLayout(layout.begin(),
                          layout.begin() + static_cast<std::ptrdiff_t>(std::min(rank, layout.size())));
    }

    bool isSunk(NodeId id) const
    {
        return std::find(m_sunk.begin(), m_sunk.end(), id) != m_sunk.end();
    }

    bool isReadOutside(ValueId value) const
    {
        if (value == m_graph.loss)
            return true;
        for (const GraphOutput& output : m_graph.outputs)
            if (output.value == value)
                return true;
        for (NodeId id : m_graph.nodeIds()) {
            const Node& node = m_graph.node(id);
            if (!isSunk(id) && std::find(node.inputs.begin(), node.inputs.end(), value) !=
                                   node.inputs.end())
                return true;
        }
        return false;
    }

    /// Values of sunk ops that something outside still reads are stacked and laid out as before.
    void materializeWhatIsRead()
    {
        for (const auto& [value, place] : std::map(m_timed)) {
            const NodeId producer = m_graph.value(value).producer;
            if (producer == kNoNode || !isSunk(producer) || !isReadOutside(value))
                continue;
            const Node maker = m_graph.node(producer);
            GraphBuilder outside(m_graph, kTopRegion, maker.origin);
            const Value stacked = outside.use(stackedValue(place));
            Value whole = stacked;
            outside.origin().name = maker.origin.name + "/layout";
            const std::vector<int64_t> order =
                factorOrder(place.layout, stacked.shape().rank(), true);
            if (!std::is_sorted(order.begin(), order.end()))
                whole = transpose(whole, order);
            whole = reshape(whole, m_graph.value(value).type.shape);
            if (m_graph.value(whole.id()).name.empty())
                m_graph.editValue(whole.id()).name = m_graph.value(value).name;
            m_graph.replaceUses(value, whole.id());
        }
    }

    ValueId stackedValue(const TimedValue& place)
    {
        Region& body = m_graph.editRegion(place.region);
        Node& scan = m_graph.editNode(body.owner);
        for (size_t i = 0; i < body.stepOutputs.size(); ++i)
            if (body.stepOutputs[i] == place.inner)
                return scan.outputs[body.carries.size() + i];
        ValueInfo info;
        info.type = m_graph.value(place.inner).type;
        info.type.shape.insert(0, m_graph.stepCount(place.region));
        info.producer = body.owner;
        const ValueId stacked = m_graph.addValue(std::move(info));
        const size_t index = body.carries.size() + body.stepOutputs.size();
        body.stepOutputs.push_back(place.inner);
        scan.outputs.insert(scan.outputs.begin() + static_cast<std::ptrdiff_t>(index), stacked);
        return stacked;
    }

    void removeSunk()
    {
        for (auto id = m_sunk.rbegin(); id != m_sunk.rend(); ++id) {
            const ValueId output = m_graph.node(*id).outputs[0];
            const bool isRead = isReadOutside(output) || !m_graph.consumers(output).empty();
            if (!isRead)
                m_graph.removeNode(*id);
        }
    }

    void dropUnreadStepOutputs()
    {
        for (NodeId id : std::vector(m_graph.region(kTopRegion).nodes)) {
            if (!m_graph.node(id).isScan())
                continue;
            const Region body = m_graph.region(m_graph.node(id).body);
            for (size_t i = body.stepOutputs.size(); i > 0; --i) {
                const size_t index = body.carries.size() + i - 1;
                const ValueId stacked = m_graph.node(id).outputs[index];
                if (isReadOutside(stacked) || !m_graph.consumers(stacked).empty())
                    continue;
                auto& outputs = m_graph.editNode(id).outputs;
                outputs.erase(outputs.begin() + static_cast<std::ptrdiff_t>(index));
                auto& inner = m_graph.editRegion(body.id).stepOutputs;
                inner.erase(inner.begin() + static_cast<std::ptrdiff_t>(i - 1));
                m_graph.removeValue(stacked);
            }
        }
    }

    Graph& m_graph;
    std::map<ValueId, TimedValue> m_timed;
    std::vector<NodeId> m_sunk;
};

}

void sinkIntoBodies(Graph& graph)
{
    Sinker(graph).run();
}

}
