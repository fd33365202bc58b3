#include "engine/exporters/onnx_writer.h"

#include "engine/exporters/onnx_parts.h"
#include "engine/formats/onnx_file.h"
#include "engine/ops/at_timesteps.h"

#include <algorithm>
#include <numeric>

namespace backstep {

namespace {

onnx::NodeProto& addNode(onnx::GraphProto& graph, const char* op,
                         const std::vector<std::string>& inputs, const std::string& output)
{
    onnx::NodeProto& node = *graph.add_node();
    node.set_op_type(op);
    for (const std::string& input : inputs)
        node.add_input(input);
    node.add_output(output);
    return node;
}

}

OnnxWriter::OnnxWriter(const Graph& graph, onnx::GraphProto& top) : m_graph(graph), m_top(top) {}

namespace {

std::string uniqueIn(std::set<std::string>& taken, const std::string& wish)
{
    std::string name = wish;
    for (int suffix = 1; !taken.insert(name).second; ++suffix)
        name = wish + "_" + std::to_string(suffix);
    return name;
}

}

std::string OnnxWriter::unique(const std::string& wish)
{
    return uniqueIn(m_taken, wish.empty() ? "v" : wish);
}

std::string OnnxWriter::uniqueNode(const std::string& wish)
{
    return uniqueIn(m_takenNodes, wish);
}

const std::string& OnnxWriter::nameOf(ValueId value)
{
    const auto known = m_names.find(value);
    if (known != m_names.end())
        return known->second;
    const ValueInfo& info = m_graph.value(value);
    std::string name = unique(info.name);
    if (!info.content.isNull())
        *m_top.add_initializer() = protoOf(info.content, name);
    return m_names[value] = std::move(name);
}

void OnnxWriter::alias(onnx::GraphProto& graph, ValueId value, const std::string& name)
{
    addNode(graph, "Identity", {nameOf(value)}, name);
}

void OnnxWriter::writeRegion(RegionId region, onnx::GraphProto& graph)
{
    for (const NodeId id : m_graph.region(region).nodes) {
        const Node& node = m_graph.node(id);
        if (node.onlyAt)
            continue; // written where what it leads to is
        if (node.isScan())
            writeScan(node, graph);
        else if (node.op.domain == kHelperDomain)
            writeAtTimesteps(node, graph);
        else
            writeNode(node, graph);
    }
}

void OnnxWriter::writeNode(const Node& node, onnx::GraphProto& graph)
{
    onnx::NodeProto& written = *graph.add_node();
    written.set_op_type(node.op.type);
    if (!node.op.domain.empty())
        written.set_domain(node.op.domain);
    written.set_name(uniqueNode(node.origin.name));
    for (const ValueId input : node.inputs)
        written.add_input(input == kNoValue ? "" : nameOf(input));
    for (const ValueId output : node.outputs)
        written.add_output(output == kNoValue ? "" : nameOf(output));
    for (const auto& [name, value] : node.attributes.all())
        writeAttribute(written, name, value);
    // Since opset 18 equal parts are asked for by their number.
    const bool hasSizes = node.inputs.size() > 1 && node.inputs[1] != kNoValue;
    if (node.op.is("Split") && !hasSizes && !node.attributes.has("num_outputs"))
        writeAttribute(written, "num_outputs", static_cast<int64_t>(node.outputs.size()));
}

/// Of some timesteps alone, in order: those that an AtTimesteps node depends on.
std::vector<NodeId> OnnxWriter::opsBehind(const Node& node) const
{
    const std::vector<NodeId>& all = m_graph.region(node.region).nodes;
    std::set<ValueId> needed{node.inputs[0]};
    std::vector<NodeId> behind;
    for (auto id = all.rbegin(); id != all.rend(); ++id) {
        const Node& maker = m_graph.node(*id);
        if (maker.onlyAt && std::any_of(maker.outputs.begin(), maker.outputs.end(),
                                        [&](ValueId output) { return needed.contains(output); })) {
            behind.push_back(*id);
            needed.insert(maker.inputs.begin(), maker.inputs.end());
        }
    }
    return {behind.rbegin(), behind.rend()};
}

void OnnxWriter::writeAtTimesteps(const Node& node, onnx::GraphProto& graph)
{
    const TimestepSet steps = timestepsOf(node.attributes);
    const int64_t count = m_graph.stepCount(node.region);
    Tensor isAt(TensorType{DType::Bool, Shape{count}});
    for (int64_t t = 0; t < count; ++t)
        isAt.mutableData<bool>()[t] = steps.contains(t);
    const std::string mask = unique("at_timesteps"), condition = unique("at_timestep");
    *m_top.add_initializer() = protoOf(isAt, mask);
    addNode(graph, "Gather", {mask, nameOf(node.inputs[1])}, condition);

    const TensorType& type = m_graph.value(node.outputs[0]).type;
    const std::string zeros = unique("zeros");
    *m_top.add_initializer() = protoOf(Tensor(type), zeros);
    onnx::GraphProto run, otherwise;
    const auto end = [&](onnx::GraphProto& branch, const std::string& result) {
        const std::string name = unique(result + ".end");
        branch.set_name(unique(node.origin.name + "/branch"));
        addNode(branch, "Identity", {result}, name);
        declareValue(*branch.add_output(), name, type);
    };
    for (const NodeId id : opsBehind(node))
        writeNode(m_graph.node(id), run);
    end(run, nameOf(node.inputs[0]));
    end(otherwise, zeros);
    onnx::NodeProto& written = addNode(graph, "If", {condition}, nameOf(node.outputs[0]));
    written.set_name(uniqueNode(node.origin.name));
    writeAttribute(written, "then_branch", run);
    writeAttribute(written, "else_branch", otherwise);
}

// Body ends get names of their own through Identity: a body may hand on what it was given, or one
// value twice, and ONNX wants each output made in the body.
void OnnxWriter::writeScan(const Node& node, onnx::GraphProto& graph)
{
    const Region& region = m_graph.region(node.body);
    onnx::NodeProto scan;
    scan.set_op_type("Scan");
    scan.set_name(uniqueNode(node.origin.name));
    onnx::GraphProto body;
    body.set_name(unique(node.origin.name + "/body"));
    writeCarries(node, scan, body);
    writeSums(node, scan, body);
    const size_t sequences = writeSequences(node, scan, body);
    writeRegion(node.body, body);
    const auto end = [&](ValueId value) {
        const std::string name = unique(m_graph.value(value).name + ".end");
        alias(body, value, name);
        declareValue(*body.add_output(), name, m_graph.value(value).type);
    };
    const size_t carries = region.carries.size(), stacked = region.stepOutputs.size();
    const auto give = [&](ValueId output) {
        scan.add_output(output == kNoValue ? "" : nameOf(output));
    };
    for (size_t i = 0; i < carries; ++i) {
        end(region.carries[i].next);
        give(node.outputs[i]);
    }
    for (size_t i = 0; i < region.sums.size(); ++i) {
        const std::string name = unique(m_graph.value(region.sums[i]).name + ".sum");
        addNode(body, "Add",
                {body.input(static_cast<int>(carries + i)).name(), nameOf(region.sums[i])}, name);
        declareValue(*body.add_output(), name, m_graph.value(region.sums[i]).type);
        give(node.outputs[carries + stacked + i]);
    }
    for (size_t i = 0; i < stacked; ++i) {
        end(region.stepOutputs[i]);
        give(node.outputs[carries + i]);
    }
    const int64_t isReverse = region.direction == Direction::Reverse;
    writeAttribute(scan, "num_scan_inputs", static_cast<int64_t>(sequences));
    if (isReverse)
        writeAttribute(scan, "scan_input_directions", std::vector<int64_t>(sequences, 1));
    if (isReverse && stacked > 0)
        writeAttribute(scan, "scan_output_directions", std::vector<int64_t>(stacked, 1));
    writeAttribute(scan, "body", body);
    *graph.add_node() = std::move(scan);
}

void OnnxWriter::writeCarries(const Node& node, onnx::NodeProto& scan, onnx::GraphProto& body)
{
    const Region& region = m_graph.region(node.body);
    for (size_t i = 0; i < region.carries.size(); ++i) {
        scan.add_input(nameOf(node.inputs[i]));
        const ValueId in = region.carries[i].in;
        declareValue(*body.add_input(), nameOf(in), m_graph.value(in).type);
    }
}

void OnnxWriter::writeSums(const Node& node, onnx::NodeProto& scan, onnx::GraphProto& body)
{
    for (const ValueId sum : m_graph.region(node.body).sums) {
        const TensorType& type = m_graph.value(sum).type;
        const std::string zero = unique("zero");
        *m_top.add_initializer() = protoOf(Tensor(type), zero);
        scan.add_input(zero);
        declareValue(*body.add_input(), unique(m_graph.value(sum).name + ".so_far"), type);
    }
}

size_t OnnxWriter::writeSequences(const Node& node, onnx::NodeProto& scan, onnx::GraphProto& body)
{
    const Region& region = m_graph.region(node.body);
    const size_t carries = region.carries.size();
    size_t count = region.stepInputs.size();
    for (size_t i = 0; i < count; ++i) {
        scan.add_input(nameOf(node.inputs[carries + i]));
        const ValueId step = region.stepInputs[i];
        declareValue(*body.add_input(), nameOf(step), m_graph.value(step).type);
    }
    // A Scan counts its timesteps by a sequence; the timestep itself is one too.
    if (region.timestep == kNoValue && count > 0)
        return count;
    std::vector<int64_t> steps(static_cast<size_t>(m_graph.stepCount(node.body)));
    std::iota(steps.begin(), steps.end(), 0);
    const std::string all = unique("timesteps");
    *m_top.add_initializer() = protoOf(Tensor::ints(steps), all);
    scan.add_input(all);
    const std::string one =
        region.timestep == kNoValue ? unique("timestep") : nameOf(region.timestep);
    declareValue(*body.add_input(), one, {DType::Int64, {}});
    return count + 1;
}

}
