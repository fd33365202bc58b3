#include "engine/checks/discrete_trace.h"

#include "engine/ops/registry.h"

#include <functional>

namespace backstep {

namespace {

using Tensors = std::vector<Tensor>;

/// One op on tensors that fit it; null if it cannot be computed.
Tensor computed(const char* op, const Tensors& inputs, const Attributes& attributes = {},
                size_t output = 0)
{
    Result<Tensors> results = evaluate({op}, attributes, inputs, output + 1);
    return results && results->size() > output ? (*results)[output] : Tensor();
}

// What stands on which side: each gives a tensor whose elements change when a kink is crossed.

Tensor signOfFirst(const Node&, const Tensors& in)
{
    return computed("Sign", {in[0]});
}

Tensor outsideOfBounds(const Node&, const Tensors& in)
{
    Tensor sides = Tensor(TensorType{in[0].dtype(), in[0].shape()});
    for (size_t bound = 1; bound < in.size(); ++bound)
        if (!in[bound].isNull())
            sides = computed("Add", {computed("Mul", {sides, Tensor::scalar(3, in[0].dtype())}),
                                     computed("Sign", {computed("Sub", {in[0], in[bound]})})});
    return sides;
}

/// Per element the operands that attain the extremum, as digits.
Tensor whoAttains(const Node& node, const Tensors& in)
{
    const Tensor extremum = computed(node.op.type.c_str(), in);
    Tensor who = Tensor(extremum.type());
    for (const Tensor& operand : in)
        who = computed("Add", {computed("Mul", {who, Tensor::scalar(2, who.dtype())}),
                               computed("Equal", {operand, extremum}).converted(who.dtype())});
    return who;
}

Tensor whereAttained(const Node& node, const Tensors& in)
{
    Attributes keeping = node.attributes;
    keeping.set("keepdims", int64_t{1});
    return computed("Equal", {in[0], computed(node.op.type.c_str(), in, keeping)});
}

Tensor whichAreTop(const Node& node, const Tensors& in)
{
    return computed("TopK", in, node.attributes, 1);
}

Tensor wholeQuotient(const Node&, const Tensors& in)
{
    return computed("Floor", {computed("Div", in)});
}

/// Under max and min: whether each element stayed, and whether each update attained the result.
Tensor whatScatterKept(const Node& node, const Tensors& in)
{
    const std::string reduction = node.attributes.text("reduction", "none");
    if (reduction != "max" && reduction != "min")
        return {};
    const bool isND = node.op.is("ScatterND");
    const Tensor y = computed(node.op.type.c_str(), in, node.attributes);
    Attributes along;
    if (!isND)
        along.set("axis", node.attributes.integer("axis", 0));
    const Tensor there = computed(isND ? "GatherND" : "GatherElements", {y, in[1]}, along);
    const auto flat = [](const Tensor& tensor) { return tensor.reshaped({tensor.count()}); };
    return computed("Concat",
                    {flat(computed("Equal", {in[0], y})), flat(computed("Equal", {in[2], there}))},
                    {{"axis", int64_t{0}}});
}

struct Kink {
    const char* op;
    Tensor (*sides)(const Node& node, const Tensors& in);
};
constexpr Kink kKinks[] = {
    {"Relu", signOfFirst},
    {"Abs", signOfFirst},
    {"LeakyRelu", signOfFirst},
    {"Elu", signOfFirst},
    {"Clip", outsideOfBounds},
    {"Max", whoAttains},
    {"Min", whoAttains},
    {"ReduceMax", whereAttained},
    {"ReduceMin", whereAttained},
    {"TopK", whichAreTop},
    {"Mod", wholeQuotient},
    {"ScatterElements", whatScatterKept},
    {"ScatterND", whatScatterKept},
};

const Kink* kinkOf(const Node& node)
{
    for (const Kink& kink : kKinks)
        if (node.op.is(kink.op))
            return &kink;
    return nullptr;
}

/// Its result changes in steps: an integer, a boolean, a string, or a staircase of floats.
bool isStaircase(const Graph& graph, const Node& node)
{
    for (const ValueId output : node.outputs)
        if (output != kNoValue && !isFloating(graph.value(output).type.dtype))
            return true;
    const OpDef* def = operators().find(node.op);
    return def && def->gradient.isZero();
}

class Hash
{
public:
    void add(const Tensor& tensor)
    {
        if (tensor.isNull())
            return;
        if (tensor.dtype() == DType::String) {
            for (const std::string& text : tensor.strings())
                add(std::hash<std::string>()(text));
            return;
        }
        for (int64_t i = 0; i < tensor.count(); ++i)
            add(std::hash<double>()(tensor.number(i)));
    }
    uint64_t value() const { return m_value; }

private:
    void add(uint64_t part) { m_value = (m_value ^ part) * 0x100000001b3u + (m_value >> 29); }
    uint64_t m_value = 0xcbf29ce484222325u;
};

/// Calls `visit` at every timestep of the region.
void everyTimestep(const Graph& graph, RegionId region,
                   const std::function<void(const TimestepPath&)>& visit)
{
    if (region == kTopRegion)
        return visit({});
    everyTimestep(graph, graph.region(region).parent, [&](const TimestepPath& outer) {
        for (int64_t t = 0; t < graph.stepCount(region); ++t)
            visit(outer.then(t));
    });
}

}

DiscreteTrace::DiscreteTrace(const Graph& graph) : m_graph(graph)
{
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase == Phase::Forward && !node.isScan() &&
            (kinkOf(node) || isStaircase(graph, node)))
            m_nodes.push_back(id);
    }
}

uint64_t DiscreteTrace::of(Executor& executor) const
{
    Hash hash;
    for (const NodeId id : m_nodes) {
        const Node& node = m_graph.node(id);
        const Kink* kink = kinkOf(node);
        everyTimestep(m_graph, node.region, [&](const TimestepPath& at) {
            const auto valueAt = [&](ValueId value) {
                if (value == kNoValue)
                    return Tensor();
                const int depth = m_graph.depth(m_graph.value(value).region);
                Result<Tensor> tensor = executor.value({value, at.upTo(depth)}, executor.reached());
                return tensor ? std::move(*tensor) : Tensor();
            };
            if (!kink) {
                for (const ValueId output : node.outputs)
                    hash.add(valueAt(output));
                return;
            }
            Tensors inputs;
            for (const ValueId input : node.inputs)
                inputs.push_back(valueAt(input));
            hash.add(kink->sides(node, inputs));
        });
    }
    return hash.value();
}

}
