#include "engine/ops/scan_builder.h"

namespace backstep {

namespace {
RegionId openRegion(GraphBuilder& outer, TimelineId timeline, Direction direction)
{
    Region region;
    region.timeline = timeline;
    region.direction = direction;
    return outer.newRegion(std::move(region));
}
}

ScanBuilder::ScanBuilder(GraphBuilder& outer, int64_t stepCount, Direction direction, Origin origin)
    : ScanBuilder(outer, outer.graph().addTimeline(stepCount), direction, std::move(origin))
{
    outer.graph().editTimeline(m_timeline).forward = m_region;
}

ScanBuilder::ScanBuilder(GraphBuilder& outer, TimelineId timeline, Direction direction,
                         Origin origin)
    : m_outer(outer), m_timeline(timeline), m_region(openRegion(outer, timeline, direction)),
      m_body(outer.graph(), m_region, outer.origin(), outer.derivedIds()),
      m_origin(std::move(origin))
{}

Value ScanBuilder::carry(const Value& initial, std::string name)
{
    ValueInfo info;
    info.kind = ValueKind::CarryIn;
    info.type = initial.type();
    info.name = std::move(name);
    const Value in = m_body.declare(std::move(info));
    m_outer.graph().editRegion(m_region).carries.push_back({in.id(), kNoValue});
    m_initials.push_back(initial.id());
    return in;
}

Value ScanBuilder::stepInput(const Value& sequence, std::string name)
{
    ValueInfo info;
    info.kind = ValueKind::StepIn;
    info.type = sequence.type();
    info.type.shape.erase(0);
    info.name = std::move(name);
    const Value step = m_body.declare(std::move(info));
    m_outer.graph().editRegion(m_region).stepInputs.push_back(step.id());
    m_sequences.push_back(sequence.id());
    return step;
}

Value timestepOf(GraphBuilder& builder, RegionId body)
{
    Graph& graph = builder.graph();
    if (graph.region(body).timestep == kNoValue) {
        ValueInfo info;
        info.kind = ValueKind::Timestep;
        info.type = {DType::Int64, {}};
        info.name = "t";
        GraphBuilder inBody(graph, body, builder.origin(), builder.derivedIds());
        const ValueId t = inBody.declare(std::move(info)).id();
        graph.editRegion(body).timestep = t;
    }
    return builder.use(graph.region(body).timestep);
}

Value ScanBuilder::timestep()
{
    return timestepOf(m_body, m_region);
}

void ScanBuilder::setNext(const Value& carry, const Value& next)
{
    for (Carry& each : m_outer.graph().editRegion(m_region).carries)
        if (each.in == carry.id())
            each.next = next.id();
}

ScanBuilder::Results ScanBuilder::close(const std::vector<Value>& stepOutputs,
                                        const std::vector<Value>& sums)
{
    Graph& graph = m_outer.graph();
    if (m_body.error())
        m_outer.fail(*m_body.error());
    Results results;
    if (m_outer.error())
        return results;
    Node node;
    node.op = {"Scan"};
    node.inputs = m_initials;
    node.inputs.insert(node.inputs.end(), m_sequences.begin(), m_sequences.end());
    const auto output = [&](TensorType type) {
        ValueInfo info;
        info.type = type;
        const Value value = m_outer.declare(std::move(info));
        node.outputs.push_back(value.id());
        return value;
    };
    const int64_t steps = graph.timeline(m_timeline).stepCount;
    for (const Carry& carry : graph.region(m_region).carries)
        results.finals.push_back(output(graph.value(carry.in).type));
    for (const Value& step : stepOutputs) {
        TensorType stacked = step.type();
        stacked.shape.insert(0, steps);
        results.stacked.push_back(output(stacked));
        graph.editRegion(m_region).stepOutputs.push_back(step.id());
    }
    for (const Value& sum : sums) {
        results.sums.push_back(output(sum.type()));
        graph.editRegion(m_region).sums.push_back(sum.id());
    }
    node.body = m_region;
    node.origin = m_origin;
    results.node = m_outer.addNode(std::move(node));
    Node& placed = graph.editNode(results.node);
    placed.origin = m_origin;
    graph.editRegion(m_region).owner = results.node;
    return results;
}

}
