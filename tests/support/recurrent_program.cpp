#include "tests/support/recurrent_program.h"

#include "engine/autodiff/differentiate.h"
#include "engine/passes/passes.h"
#include "engine/passes/place_node.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>

namespace backstep {

namespace {

Tensor uniform(Shape shape, double limit, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> draw(static_cast<float>(-limit),
                                               static_cast<float>(limit));
    std::vector<float> values(static_cast<size_t>(shape.count()));
    for (float& value : values)
        value = draw(random);
    return Tensor::of<float>(shape, values);
}

template<class T> T must(Result<T> result)
{
    if (result)
        return std::move(*result);
    std::fprintf(stderr, "%s\n", result.error().text().c_str());
    std::exit(1);
}

Value input(GraphBuilder& b, const std::string& name, const Shape& shape)
{
    ValueInfo info;
    info.kind = ValueKind::Input;
    info.type = {DType::Float32, shape};
    info.name = name;
    return b.declare(std::move(info));
}

Value weight(GraphBuilder& b, const std::string& name, const Shape& shape, unsigned seed)
{
    ValueInfo info;
    info.kind = ValueKind::Weight;
    info.type = {DType::Float32, shape};
    info.name = name;
    info.content = uniform(shape, 1 / std::sqrt(static_cast<double>(shape.back())), seed);
    return b.declare(std::move(info));
}

int64_t gatesOf(const std::string& cell)
{
    return cell == "LSTM" ? 4 : cell == "GRU" ? 3 : 1;
}

}

RecurrentLayer recurrentLayer(const std::string& cell, const RecurrentSize& size,
                              const std::string& direction)
{
    const int64_t H = size.hidden, B = size.batch, T = size.stepCount, g = gatesOf(cell);
    RecurrentLayer made;
    Graph& graph = made.graph;
    GraphBuilder b(graph, kTopRegion, {.name = "layer"});
    const Value x = input(b, "x", {T, B, H}), dy = input(b, "dy", {T, B, H});
    const Value w = weight(b, "W", {1, g * H, H}, 1), r = weight(b, "R", {1, g * H, H}, 2),
                bias = weight(b, "B", {1, 2 * g * H}, 3);
    NodeRequest layer;
    layer.op = {cell};
    layer.attributes.set("hidden_size", H);
    layer.attributes.set("direction", direction);
    layer.inputs = {x, w, r, bias};
    layer.outputs = {"Y"};
    layer.origin.name = "layer";
    const Value y = placeNode(b, layer).at(0);
    // The cotangent of y is dy: the loss is their dot product.
    const Value dot = b.add("MatMul", {reshape(y, {1, T * B * H}), reshape(dy, {T * B * H, 1})});
    graph.loss = reshape(dot, {}).id();
    must<bool>(b.error() ? Result<bool>(Error(*b.error())) : Result<bool>(true));
    if (Result<void> done = runImportPasses(graph); !done)
        must<bool>(done.takeError());
    made.x = x.id();
    // The passes let the loss read what the layer gives before it is laid out as the op's result.
    const Node& product = graph.node(graph.value(dot.id()).producer);
    made.y = graph.node(graph.value(product.inputs[0]).producer).inputs[0];
    made.dy = dy.id();
    made.targets = {x.id(), w.id(), r.id(), bias.id()};
    return made;
}

namespace {

/// Takes out what nobody reads, from the end on; `wanted` stay.
void removeUnread(Graph& graph, const std::set<ValueId>& wanted)
{
    const std::vector<NodeId> nodes = graph.region(kTopRegion).nodes;
    for (auto id = nodes.rbegin(); id != nodes.rend(); ++id) {
        std::set<ValueId> read = wanted;
        for (const NodeId other : graph.region(kTopRegion).nodes)
            read.merge(graph.reads(other));
        const std::vector<ValueId>& outputs = graph.node(*id).outputs;
        if (std::none_of(outputs.begin(), outputs.end(),
                         [&](ValueId output) { return read.contains(output); }))
            graph.removeNode(*id);
    }
}

}

RecurrentProgram recurrentProgram(const std::string& cell, const RecurrentSize& size,
                                  const std::string& direction)
{
    const RecurrentLayer layer = recurrentLayer(cell, size, direction);
    const Graph& graph = layer.graph;
    const GradientTable table;
    IdBook book;
    std::vector<ValueId> targets = layer.targets;
    targets.push_back(layer.y);
    const FlowAnalysis flow = analyseFlow(graph, graph.loss, targets, table);
    Differentiated whole = must(differentiate(graph, graph.loss, targets, flow, table, book));
    // The peers have no loss: what arrives at y is given.
    whole.graph.replaceUses(whole.cotangents.at(layer.y), layer.dy);
    whole.graph.loss = kNoValue;
    std::set<ValueId> wanted{layer.y};
    for (const ValueId target : layer.targets)
        wanted.insert(whole.cotangents.at(target));
    removeUnread(whole.graph, wanted);
    RecurrentProgram program;
    for (ValueId target : layer.targets)
        program.cotangents[graph.value(target).name] = whole.cotangents.at(target);
    program.graph = std::make_shared<const Graph>(std::move(whole.graph));
    program.feeds[layer.x] = uniform(graph.value(layer.x).type.shape, 1, 4);
    program.feeds[layer.dy] = uniform(graph.value(layer.dy).type.shape, 1, 5);
    return program;
}

}
