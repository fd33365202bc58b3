#pragma once

// The inside of sinkIntoBodies(): which ops go in (sink.cpp), what they read there
// (sink_operands.cpp), and what stays outside (sink_results.cpp).

#include "engine/ops/graph_builder.h"
#include "engine/passes/time_layout.h"

#include <map>
#include <optional>
#include <vector>

namespace backstep {

class Sinker
{
public:
    explicit Sinker(Graph& graph) : m_graph(graph) {}
    void run();

private:
    void noteStacked(const Node& scan);
    const TimedValue* timed(ValueId value) const;
    void visit(NodeId id);
    bool move(const Node& node);
    /// The body's value with its axes as the layout has them, time left out.
    Value arranged(GraphBuilder& body, const TimedValue& value) const;
    bool dependsOn(ValueId value, RegionId region) const;
    /// An operand without time, made fit for the body: captured when it has size 1 where time
    /// stands, a step input when it has time's full size there. `offset` axes of the layout come
    /// before the operand's first one.
    std::optional<Value> untimedOperand(GraphBuilder& body, RegionId region, ValueId operand,
                                        const TimeLayout& layout, int offset);
    /// The operand as a sequence with time in front, read one timestep at a time.
    std::optional<Value> stepInput(GraphBuilder& outside, GraphBuilder& body, RegionId region,
                                   ValueId operand, const TimeLayout& layout, int offset,
                                   const Shape& factored, const Shape& inBody);
    /// The node again, inside the body, with operands of one timestep.
    Value placeInBody(GraphBuilder& body, const Node& node, std::vector<Value> operands,
                      Attributes attributes);
    bool sinkElementwise(const Node& node, RegionId region);
    std::optional<Value> elementOperand(GraphBuilder& body, RegionId region, ValueId input,
                                        const TimeLayout& layout, const Shape& shape);
    /// Two layouts of one shape put time in the same place of the same axis.
    static bool sameTimePlace(const TimeLayout& a, const TimeLayout& b);
    bool sinkProduct(const Node& node);
    bool sinkEinsum(const Node& node);
    /// A loss term of the whole sequence: the sum of the terms of its timesteps.
    bool sinkSum(const Node& node, RegionId region);
    /// Class indices lack the last axis of the logits.
    TimeLayout leftPart(const TimeLayout& layout, ValueId operand) const;
    bool isSunk(NodeId id) const;
    bool isReadOutside(ValueId value) const;
    /// Values of sunk ops that something outside still reads are stacked and laid out as before.
    void materializeWhatIsRead();
    ValueId stackedValue(const TimedValue& place);
    void removeSunk();
    void dropUnreadStepOutputs();

    Graph& m_graph;
    std::map<ValueId, TimedValue> m_timed; ///< values outside that are a body's over all timesteps
    std::vector<NodeId> m_sunk;
};

}
