#include "views/canvas/weight_names.h"

#include "engine/base/text.h"

#include <map>
#include <set>

namespace backstep
{

namespace
{

std::string lastPart(const std::string& name)
{
    const size_t cut = name.find_last_of("/.:");
    return cut == std::string::npos ? name : name.substr(cut + 1);
}

bool isMatrixProduct(const Node& node)
{
    return node.op.is("MatMul") || node.op.is("Gemm") || node.op.is("Einsum");
}

/// The letter of a weight by what else its op reads.
std::string roleOf(const Graph& graph, const CellOutline& outline, const CellWeight& use,
                   bool isRecurrent)
{
    const Node& node = graph.node(outline.ops[static_cast<size_t>(use.op)].forward);
    const bool isBias =
        !isMatrixProduct(node) ||
        (node.inputs.size() > 2 && weightBehind(graph, node.inputs[2]) == use.weight);
    if (isBias)
        return isRecurrent ? "B" : "b";
    if (!isRecurrent)
        return "K";
    for (ValueId input : node.inputs)
        if (input != kNoValue && graph.value(input).kind == ValueKind::CarryIn)
            return "R";
    return "W";
}

std::set<int> recurrentLayers(const CellOutline& outline)
{
    std::set<int> layers;
    for (const CellLink& link : outline.links)
        if (link.carry >= 0 && link.to >= 0)
            layers.insert(outline.ops[static_cast<size_t>(link.to)].layer);
    return layers;
}

}

ValueId weightBehind(const Graph& graph, ValueId value)
{
    constexpr int kFarthest = 16; // preparation is a handful of ops; deeper is computation
    for (int step = 0; step < kFarthest && value != kNoValue; ++step) {
        const ValueInfo& info = graph.value(value);
        if (info.kind == ValueKind::Weight)
            return value;
        if (info.kind != ValueKind::Output || info.producer == kNoNode)
            return kNoValue;
        const Node& producer = graph.node(info.producer);
        if (producer.isScan() || producer.inputs.empty())
            return kNoValue;
        value = producer.inputs[0];
    }
    return kNoValue;
}

void nameWeights(const Graph& graph, CellOutline& outline)
{
    const std::set<int> recurrent = recurrentLayers(outline);
    std::map<ValueId, std::string> chosen;
    std::set<std::string> taken;
    for (CellWeight& use : outline.weights) {
        std::string& name = chosen[use.weight];
        if (name.empty()) {
            const std::string own = printable(lastPart(graph.value(use.weight).name));
            const int layer = outline.ops[static_cast<size_t>(use.op)].layer;
            const std::string base = !own.empty() && own.size() <= 2
                                         ? own
                                         : roleOf(graph, outline, use, recurrent.contains(layer));
            name = base;
            for (int copy = 2; !taken.insert(name).second; ++copy)
                name = base + std::to_string(copy);
        }
        use.shortName = name;
    }
}

}
