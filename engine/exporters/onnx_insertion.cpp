#include "engine/exporters/onnx_insertion.h"

#include "engine/base/text.h"
#include "engine/exporters/onnx_parts.h"
#include "engine/formats/onnx_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace backstep {

namespace {

/// Names that nothing in the graph has.
class FreshNames
{
public:
    explicit FreshNames(const onnx::GraphProto& graph)
    {
        for (const onnx::NodeProto& node : graph.node()) {
            m_taken.insert(node.name());
            m_taken.insert(node.output().begin(), node.output().end());
        }
        for (const onnx::TensorProto& tensor : graph.initializer())
            m_taken.insert(tensor.name());
        for (const onnx::ValueInfoProto& input : graph.input())
            m_taken.insert(input.name());
    }
    std::string like(const std::string& wish)
    {
        std::string name = wish;
        for (int i = 2; !m_taken.insert(name).second; ++i)
            name = fmt::format("{}_{}", wish, i);
        return name;
    }

private:
    std::set<std::string> m_taken;
};

void importDomain(onnx::ModelProto& model, const std::string& domain)
{
    const auto& imports = model.opset_import();
    if (std::any_of(imports.begin(), imports.end(),
                    [&](const auto& each) { return each.domain() == domain; }))
        return;
    onnx::OperatorSetIdProto& own = *model.add_opset_import();
    own.set_domain(domain);
    own.set_version(domain == "ai.onnx.ml" ? 4 : 1);
}

onnx::NodeProto nodeOf(const InsertedNode& step, const std::string& operand,
                       onnx::GraphProto& graph, FreshNames& names, const std::string& prefix)
{
    onnx::NodeProto node;
    node.set_op_type(step.op.type);
    node.set_domain(step.op.domain);
    node.set_name(names.like(prefix + "/" + step.op.type));
    if (!step.readsTable)
        node.add_input(operand);
    for (const auto& [role, tensor] : step.constants) {
        node.add_input(names.like(prefix + "/" + role));
        *graph.add_initializer() = protoOf(tensor, node.input(node.input_size() - 1));
    }
    if (step.readsTable)
        node.add_input(operand);
    node.add_output(names.like(node.name() + ":0"));
    for (const auto& [name, value] : step.attributes.all())
        writeAttribute(node, name, value);
    return node;
}

}

Result<void> insertBefore(onnx::ModelProto& model, const InsertionPlace& place,
                          const std::string& prefix, const std::vector<InsertedNode>& chain)
{
    onnx::GraphProto& graph = *model.mutable_graph();
    auto& nodes = *graph.mutable_node();
    const auto writes = [&](const onnx::NodeProto& node) {
        return std::find(node.output().begin(), node.output().end(), place.output) !=
               node.output().end();
    };
    const auto reader = std::find_if(nodes.begin(), nodes.end(), writes);
    if (reader == nodes.end() || place.input >= reader->input_size())
        return Error{"unsupported",
                     fmt::format("No node of the file's outermost graph writes '{}' from {} inputs",
                                 printable(place.output), place.input + 1),
                     "Ops inside a body or a function cannot be changed in place."};
    FreshNames names(graph);
    std::string value = reader->input(place.input);
    const auto index = static_cast<int>(reader - nodes.begin());
    for (size_t i = 0; i < chain.size(); ++i) {
        importDomain(model, chain[i].op.domain);
        *nodes.Add() = nodeOf(chain[i], value, graph, names, prefix);
        value = nodes[nodes.size() - 1].output(0);
        for (int at = nodes.size() - 1; at > index + static_cast<int>(i); --at)
            nodes.SwapElements(at, at - 1);
    }
    nodes[index + static_cast<int>(chain.size())].set_input(place.input, value);
    return {};
}

}
