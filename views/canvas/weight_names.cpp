#include "views/canvas/weight_names.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace backstep {

namespace {

bool isMatrixProduct(const Node& node)
{
    return node.op.is("MatMul") || node.op.is("Gemm") || node.op.is("Einsum") || node.op.is("Conv");
}

bool isNormalization(const Node& node)
{
    return node.op.type.ends_with("Normalization");
}

/// Changes how a value lies in memory or is typed, not what it is.
bool isPreparation(const Node& node)
{
    for (const char* type : {"Reshape", "Transpose", "Squeeze", "Unsqueeze", "Cast", "Slice",
                             "Split", "Identity", "Expand"})
        if (node.op.is(type))
            return true;
    return false;
}

/// Whether the value is a carry, as it is or gated or reshaped.
bool isCarry(const Graph& graph, ValueId id)
{
    constexpr int kFarthest = 3; // a hidden state that was computed in this timestep is no carry
    for (int step = 0; step < kFarthest && id != kNoValue; ++step) {
        const ValueInfo& value = graph.value(id);
        if (value.kind == ValueKind::CarryIn)
            return true;
        if (value.kind != ValueKind::Output || value.producer == kNoNode)
            return false;
        const Node& producer = graph.node(value.producer);
        const auto isCarryIn = [&](ValueId input) {
            return input != kNoValue && graph.value(input).kind == ValueKind::CarryIn;
        };
        if (producer.op.is("Mul")) // the reset gate of a GRU
            return std::any_of(producer.inputs.begin(), producer.inputs.end(), isCarryIn);
        if (!isPreparation(producer))
            return false;
        id = producer.inputs[0];
    }
    return false;
}

/// In the order of their lanes: what recurs, then what stands behind it.
constexpr std::string_view kRoles = "WRPBEKsb";

/// The letter of a weight by its op, its place there and what else the op reads.
char roleOf(const Graph& graph, const CellOutline& outline, const CellWeight& use, bool isRecurrent)
{
    const Node& node = graph.node(outline.ops[static_cast<size_t>(use.op)].forward);
    const auto isInput = [&](size_t place) {
        return place < node.inputs.size() && weightBehind(graph, node.inputs[place]) == use.weight;
    };
    if (node.op.is("Gather") && isInput(0))
        return 'E';
    if (isNormalization(node) && isInput(1))
        return 's';
    if (node.op.is("Mul"))
        return isRecurrent ? 'P' : 's'; // the peepholes of an LSTM; a scale
    if (!isMatrixProduct(node) || isInput(2))
        return isRecurrent ? 'B' : 'b';
    if (!isRecurrent)
        return 'K';
    const bool readsCarry = std::any_of(node.inputs.begin(), node.inputs.end(),
                                        [&](ValueId input) { return isCarry(graph, input); });
    return readsCarry ? 'R' : 'W';
}

/// The op that computes with the weight, where the one that reads it only prepares it.
int computingOp(const Graph& graph, const CellOutline& outline, int op)
{
    const auto isPlain = [&](int index) {
        return isPreparation(graph.node(outline.ops[static_cast<size_t>(index)].forward));
    };
    constexpr int kFarthest = 8;
    for (int step = 0; step < kFarthest && isPlain(op); ++step)
        for (const CellLink& link : outline.links)
            if (link.from == op && link.to >= 0 && link.carry < 0) {
                op = link.to;
                break;
            }
    return op;
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
    std::map<ValueId, char> roles;
    std::map<char, std::vector<ValueId>> sharers; // in program order, so layer by layer
    for (CellWeight use : outline.weights) {
        const auto [entry, isNew] = roles.try_emplace(use.weight, ' ');
        if (!isNew)
            continue;
        use.op = computingOp(graph, outline, use.op);
        const int layer = outline.ops[static_cast<size_t>(use.op)].layer;
        entry->second = roleOf(graph, outline, use, recurrent.contains(layer));
        sharers[entry->second].push_back(use.weight);
    }
    for (CellWeight& use : outline.weights) {
        const char role = roles.at(use.weight);
        const std::vector<ValueId>& all = sharers.at(role);
        use.shortName = role;
        if (all.size() > 1)
            use.shortName +=
                std::to_string(std::find(all.begin(), all.end(), use.weight) - all.begin() + 1);
        use.rank = static_cast<int>(kRoles.find(role));
    }
}

}
