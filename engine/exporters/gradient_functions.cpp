#include "engine/exporters/gradient_functions.h"

#include "engine/exporters/onnx_function.h"
#include "engine/exporters/onnx_parts.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// "x", or "x0", "x1"... where there are several.
std::string numbered(const char* letter, size_t index, size_t count)
{
    return count == 1 ? letter : letter + std::to_string(index);
}

/// A node by itself with the values that its gradient reads, all of them inputs.
struct LooseNode {
    Graph graph;
    Node node;
    std::vector<Value> cotangents;
    std::vector<std::pair<std::string, ValueId>> inputs; ///< of the function, in order
    std::vector<Value> results;                          ///< dx by input of the node
};

Value declared(LooseNode& loose, GraphBuilder& builder, const std::string& name,
               const TensorType& type)
{
    ValueInfo info;
    info.kind = ValueKind::Input;
    info.type = type;
    info.name = name;
    const Value value = builder.declare(std::move(info));
    loose.inputs.emplace_back(name, value.id());
    return value;
}

Result<LooseNode> withGradient(const Graph& graph, const Node& node, const CustomGradient& custom)
{
    LooseNode loose;
    loose.node = node;
    loose.node.region = kTopRegion;
    GraphBuilder builder(loose.graph, kTopRegion, node.origin);
    for (size_t i = 0; i < node.inputs.size(); ++i)
        if (node.inputs[i] != kNoValue)
            loose.node.inputs[i] = declared(loose, builder, numbered("x", i, node.inputs.size()),
                                            graph.value(node.inputs[i]).type)
                                       .id();
    for (size_t i = 0; i < node.outputs.size(); ++i)
        if (node.outputs[i] != kNoValue)
            loose.node.outputs[i] = declared(loose, builder, numbered("y", i, node.outputs.size()),
                                             graph.value(node.outputs[i]).type)
                                        .id();
    for (size_t i = 0; i < node.outputs.size(); ++i)
        loose.cotangents.push_back(node.outputs[i] == kNoValue
                                       ? Value()
                                       : declared(loose, builder,
                                                  numbered("dy", i, node.outputs.size()),
                                                  graph.value(node.outputs[i]).type));
    static const OpDef foreign; // ports are not asked for: expressions bind by number
    GradientScope scope(builder, loose.node, foreign, loose.cotangents,
                        std::vector<bool>(node.inputs.size(), true), [](size_t, const Value&) {});
    loose.results = custom.build(scope);
    if (builder.error())
        return *builder.error();
    for (size_t i = 0; i < loose.results.size(); ++i)
        if (loose.results[i].isPresent())
            loose.graph.outputs.push_back(
                {numbered("dx", i, node.inputs.size()), loose.results[i].id()});
    return loose;
}

uint64_t fold(uint64_t hash, std::string_view text)
{
    for (const char c : text)
        hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211ull;
    return (hash ^ 0xff) * 1099511628211ull; // between texts
}

}

Result<std::string> gradientFunction(const Graph& graph, const Node& node,
                                     const CustomGradient& custom, const std::string& name,
                                     int64_t opset)
{
    Result<LooseNode> loose = withGradient(graph, node, custom);
    if (!loose)
        return loose.takeError();
    return onnxFunction(std::move(loose->graph), loose->inputs, {name, kGradientDomain}, opset);
}

std::string gradientHash(const Node& node)
{
    uint64_t hash = fold(14695981039346656037ull, node.op.domain);
    hash = fold(hash, node.op.type);
    for (const auto& [name, value] : node.attributes.all()) {
        if (name == "to")
            continue;
        onnx::NodeProto written;
        writeAttribute(written, name, value);
        hash = fold(hash, written.SerializeAsString());
    }
    hash = fold(hash, fmt::format("{} {}", node.inputs.size(), node.outputs.size()));
    return fmt::format("{:016x}", hash);
}

}
