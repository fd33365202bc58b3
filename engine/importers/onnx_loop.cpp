// Loop as a Scan, where the number of iterations can be proven at import: M is constant, and the
// condition is constant, handed through, or computed from constants and counters alone.

#include "engine/importers/onnx_loop.h"

#include "engine/base/text.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/scan_builder.h"

#include <fmt/format.h>

namespace backstep {

OnnxLoopReader::OnnxLoopReader(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                               GraphBuilder& builder)
    : m_reader(reader), m_node(node), m_body(*bodyOf(node, "body")), m_scope(scope),
      m_builder(builder)
{
    for (const onnx::NodeProto& inner : m_body.node())
        for (const std::string& output : inner.output())
            m_producers[output] = &inner;
}

bool OnnxLoopReader::isTimestepIndex(const std::string& name) const
{
    const std::string from = source(name);
    if (from == m_body.input(0).name())
        return true;
    const auto role = m_roles.find(from);
    return role != m_roles.end() && role->second.role == Role::Counter && role->second.start == 0 &&
           role->second.step == 1;
}

/// The outer value that a body name stands for, if it does not change between iterations.
ValueId OnnxLoopReader::unchangedValue(const std::string& name) const
{
    const std::string from = source(name);
    if (m_producers.contains(from))
        return kNoValue;
    for (int i = 2; i < m_body.input_size(); ++i)
        if (m_body.input(i).name() == from)
            return m_roles.at(from).role == Role::Unchanged ? m_scope.find(m_node.input(i))
                                                            : kNoValue;
    for (const onnx::TensorProto& tensor : m_body.initializer())
        if (tensor.name() == from)
            return kNoValue;
    return m_scope.find(from);
}

bool OnnxLoopReader::isSequenceRead(const onnx::NodeProto& node, int64_t steps) const
{
    if (node.op_type() != "Gather" || !node.domain().empty() || node.input_size() != 2)
        return false;
    for (const onnx::AttributeProto& attribute : node.attribute())
        if (attribute.name() == "axis" && attribute.i() != 0)
            return false;
    if (!isTimestepIndex(node.input(1)))
        return false;
    const ValueId data = unchangedValue(node.input(0));
    if (data == kNoValue)
        return false;
    const TensorType& type = m_builder.graph().value(data).type;
    return type.shape.rank() > 0 && type.shape[0] == steps;
}

/// Body nodes that something we keep depends on, in order.
Result<std::vector<const onnx::NodeProto*>> OnnxLoopReader::neededNodes(int64_t steps) const
{
    Result<std::vector<const onnx::NodeProto*>> order = m_reader.ordered(m_body);
    if (!order)
        return order.takeError();
    std::set<std::string> wanted;
    const int carries = m_body.input_size() - 2;
    for (int i = 0; i < m_body.output_size() - 1; ++i)
        if (i >= carries || m_roles.at(m_body.input(2 + i).name()).role == Role::Carry)
            wanted.insert(m_body.output(1 + i).name());
    std::vector<const onnx::NodeProto*> needed;
    for (auto node = order->rbegin(); node != order->rend(); ++node) {
        if (std::none_of((*node)->output().begin(), (*node)->output().end(),
                         [&](const std::string& output) { return wanted.contains(output); }))
            continue;
        needed.push_back(*node);
        if (isSequenceRead(**node, steps))
            continue; // a step input: neither the sequence nor the index is read inside
        wanted.insert((*node)->input().begin(), (*node)->input().end());
        for (const onnx::AttributeProto& attribute : (*node)->attribute())
            if (attribute.has_g())
                wanted.merge(capturedNames(attribute.g()));
    }
    std::reverse(needed.begin(), needed.end());
    return needed;
}

void OnnxLoopReader::nameBodyInputs(OnnxScope& inside, ScanBuilder& scan)
{
    GraphBuilder& body = scan.body();
    inside.setLazy(m_body.input(0).name(), [&scan] { return scan.timestep(); });
    inside.setLazy(m_body.input(1).name(), [&body] {
        Tensor yes(TensorType{DType::Bool, {}});
        *yes.mutableData<bool>() = true;
        return body.constant(yes);
    });
    for (int i = 2; i < m_body.input_size(); ++i) {
        const std::string name = m_body.input(i).name();
        const RoleOf role = m_roles.at(name);
        const ValueId outside = m_scope.find(m_node.input(i));
        if (role.role == Role::Unchanged)
            inside.set(name, outside);
        else if (role.role == Role::Counter)
            inside.setLazy(name, [&scan, &body, role] {
                const Value t =
                    body.add("Cast", {scan.timestep()}, {{"to", static_cast<int64_t>(role.dtype)}});
                return t * static_cast<double>(role.step) + static_cast<double>(role.start);
            });
        else
            inside.set(name, scan.carry(m_builder.use(outside), printable(name)).id());
    }
}

Result<void> OnnxLoopReader::read(std::optional<int64_t> iterations)
{
    if (m_body.input_size() < 2 || m_body.output_size() < 1 ||
        m_node.input_size() != m_body.input_size() ||
        m_node.output_size() > m_body.output_size() - 1)
        return Error{"unsupported", "its body's inputs and outputs do not fit the node"};
    for (int i = 2; i < m_node.input_size(); ++i)
        if (m_scope.find(m_node.input(i)) == kNoValue)
            return Error{"unsupported",
                         fmt::format("it reads '{}', which nothing in the file defines",
                                     printable(m_node.input(i)))};
    if (m_builder.graph().depth(m_builder.region()) >= TimestepPath::kMaxDepth)
        return Error{"unsupported", "it is nested too deeply"};
    // Nothing is followed backwards in a body whose nodes feed each other in a cycle.
    if (Result<std::vector<const onnx::NodeProto*>> order = m_reader.ordered(m_body); !order)
        return order.takeError();
    classify();
    m_isCountedByData = iterations.has_value();
    Result<int64_t> steps = iterations ? Result<int64_t>(*iterations) : iterationCount();
    if (!steps)
        return steps.takeError();
    Result<std::vector<const onnx::NodeProto*>> nodes = neededNodes(*steps);
    if (!nodes)
        return nodes.takeError();
    return build(*steps, *nodes);
}

Result<void> OnnxLoopReader::build(int64_t steps, const std::vector<const onnx::NodeProto*>& nodes)
{
    Origin origin = m_reader.originOf(m_node, m_reader.bodyLayer());
    origin.source = "Loop";
    const std::string outerLayer = m_reader.bodyLayer();
    m_reader.setBodyLayer(origin.layer.empty() ? "recurrence" : origin.layer);
    origin.layer = m_reader.bodyLayer();
    ScanBuilder scan(m_builder, steps, Direction::Forward, origin);
    OnnxScope inside(&m_scope);
    nameBodyInputs(inside, scan);
    m_reader.readBodyTypes(m_body, m_node, 1, m_body.input_size() - 2);
    Result<void> read = m_reader.readInitializers(m_body, inside, scan.body());
    std::map<ValueId, ValueId> sequences;
    for (const onnx::NodeProto* node : nodes) {
        if (!read)
            break;
        if (isSequenceRead(*node, steps)) {
            const ValueId data = unchangedValue(node->input(0));
            if (!sequences.contains(data))
                sequences[data] = scan.stepInput(m_builder.use(data), "x").id();
            inside.set(node->output(0), sequences[data]);
            continue;
        }
        read = m_reader.readNode(*node, inside, scan.body());
    }
    m_reader.setBodyLayer(outerLayer);
    if (!read)
        return read;
    return close(scan, inside, steps);
}

Result<void> OnnxLoopReader::close(ScanBuilder& scan, OnnxScope& inside, int64_t steps)
{
    const int carries = m_body.input_size() - 2;
    std::vector<Value> stepOutputs;
    for (int i = 0; i < m_body.output_size() - 1; ++i) {
        const ValueId inner = inside.find(m_body.output(1 + i).name());
        const std::string in = i < carries ? m_body.input(2 + i).name() : "";
        if (i < carries && m_roles.at(in).role != Role::Carry)
            continue;
        if (inner == kNoValue)
            return Error{"missing-value", fmt::format("The body's output '{}' is made by no node.",
                                                      printable(m_body.output(1 + i).name()))};
        if (i < carries)
            scan.setNext(scan.body().use(inside.find(in)), scan.body().use(inner));
        else
            stepOutputs.push_back(scan.body().use(inner));
    }
    const ScanBuilder::Results results = scan.close(stepOutputs);
    if (m_builder.error())
        return Error(*m_builder.error());
    if (m_isCountedByData)
        noteCount(results, steps);
    size_t carry = 0, stacked = 0;
    for (int i = 0; i < m_node.output_size(); ++i) {
        const std::string& name = m_node.output(i);
        ValueId value = kNoValue;
        if (i >= carries) {
            value = results.stacked[stacked++].id();
        } else {
            const RoleOf role = m_roles.at(m_body.input(2 + i).name());
            if (role.role == Role::Carry)
                value = results.finals[carry++].id();
            else if (role.role == Role::Unchanged)
                value = m_scope.find(m_node.input(2 + i));
            else
                value = m_builder
                            .constant(Tensor::scalar(
                                static_cast<double>(role.start + steps * role.step), role.dtype))
                            .id();
        }
        if (!name.empty())
            m_scope.set(name, value);
    }
    return {};
}

/// Frameworks that must know the count beforehand refuse such a loop (SEMANTICS R4).
void OnnxLoopReader::noteCount(const ScanBuilder::Results& results, int64_t steps)
{
    m_reader.assume(
        fmt::format("Loop '{}' runs for {} iterations on the data at hand",
                    printable(m_node.name().empty() && m_node.output_size() > 0 ? m_node.output(0)
                                                                                : m_node.name()),
                    steps));
    const std::vector<Value>& ends = results.finals.empty() ? results.stacked : results.finals;
    if (ends.empty())
        return;
    Graph& graph = m_builder.graph();
    graph.editNode(graph.value(ends.front().id()).producer)
        .attributes.set(std::string(kCountedByData), int64_t{1});
}

}
