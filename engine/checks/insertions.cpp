// What can be put between a value and an op that does not take it.

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/ops/call_operands.h"
#include "engine/ops/recurrent_layer.h"
#include "engine/ops/registry.h"
#include "engine/ops/shape_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace backstep {

bool isRecurrent(const Node& node)
{
    return isRecurrentLayer(node.op);
}

bool isTimeFirst(const Node& node)
{
    return isRecurrent(node) && node.attributes.integer("layout", 0) == 0;
}

int64_t featuresWanted(const Graph& graph, const Node& node)
{
    constexpr int64_t otherwise = 8;
    if (node.inputs.size() < 2 || node.inputs[1] == kNoValue)
        return otherwise;
    const Shape& w = graph.value(node.inputs[1]).type.shape;
    return w.rank() == 3 ? w.back() : otherwise;
}

namespace {

/// Text into a recurrent layer. Ids alone are numbers, but equal distances between them mean
/// nothing; so an Embedding follows.
std::vector<Fix> textInsertions(const Graph& graph, const Node& node, size_t input)
{
    const TensorType& type = graph.value(node.inputs[input]).type;
    const int rank = type.shape.rank();
    const std::string from = type.text();
    std::vector<Fix> fixes;
    const auto add = [&](Insertion::Kind kind, const std::string& title) {
        fixes.push_back({title, FixKind::InsertPreprocessing, "", Insertion{kind, node.id, input}});
    };
    const int64_t features = featuresWanted(graph, node);
    const auto size = [&](int axis) { return type.shape[axis]; };
    if (rank == 1)
        add(Insertion::Kind::Characters,
            fmt::format("Character ids and an Embedding: {} -> int64 [{}, n] -> [n, {}, {}]", from,
                        size(0), size(0), features));
    const std::string to = rank == 1   ? fmt::format("[1, {}, {}]", size(0), features)
                           : rank == 2 ? fmt::format("[{}, {}, {}]", size(0), size(1), features)
                                       : type.shape.text();
    if (rank >= 1 && rank <= 3)
        add(Insertion::Kind::Words, fmt::format("Word ids and an Embedding: {} -> int64 {} "
                                                "-> {}",
                                                from, type.shape.text(), to));
    if (rank == 1 || rank == 2)
        add(Insertion::Kind::OneHot,
            fmt::format("One-hot vectors of whole texts: {} -> {}", from, to));
    const std::string numbers = rank == 1   ? fmt::format("[{}, 1, 1]", size(0))
                                : rank == 2 ? fmt::format("[{}, {}, 1]", size(0), size(1))
                                            : type.shape.text();
    if (rank >= 1 && rank <= 3)
        add(Insertion::Kind::Numbers, fmt::format("Parse as numbers: {} -> {}", from, numbers));
    return fixes;
}

/// What the op's floating inputs have; the narrowest where they differ, since weights keep theirs.
DType floatingDType(const Graph& graph, const Node& node, size_t except)
{
    DType found = DType::Undefined;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (i == except || node.inputs[i] == kNoValue)
            continue;
        const DType dtype = graph.value(node.inputs[i]).type.dtype;
        if (isFloating(dtype) &&
            (found == DType::Undefined || elementSize(dtype) < elementSize(found)))
            found = dtype;
    }
    return found;
}

/// A Cast before each input that is an integer among floats, or of another width.
void addCasts(const Graph& graph, const Node& node, std::vector<Fix>& fixes)
{
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i] == kNoValue)
            continue;
        const TensorType& type = graph.value(node.inputs[i]).type;
        const DType others = floatingDType(graph, node, i);
        const DType wanted = others == DType::Undefined ? DType::Float32 : others;
        const bool isWider =
            isFloating(type.dtype) && elementSize(type.dtype) > elementSize(wanted);
        if (!integers.has(type.dtype) && !isWider)
            continue;
        fixes.push_back({fmt::format("Cast {} to {} before '{}'", type.text(), nameOf(wanted),
                                     printable(node.origin.name)),
                         FixKind::InsertPreprocessing, "",
                         Insertion{Insertion::Kind::Cast, node.id, i, wanted}});
    }
}

/// [time, features] is a batch of one.
void addBatchAxis(const Graph& graph, const Node& node, std::vector<Fix>& fixes)
{
    if (!isRecurrent(node) || node.inputs.size() < 2 || node.inputs[0] == kNoValue)
        return;
    const Shape &x = graph.value(node.inputs[0]).type.shape,
                &w = graph.value(node.inputs[1]).type.shape;
    if (x.rank() != 2 || w.rank() != 3)
        return;
    const bool hasFeatures = x.back() == w.back();
    if (!hasFeatures && w.back() != 1)
        return;
    const int64_t axis = hasFeatures ? 1 : 2;
    Shape to = x;
    to.insert(static_cast<int>(axis), 1);
    fixes.push_back({fmt::format("Unsqueeze {} to {}: {}", x.text(), to.text(),
                                 hasFeatures ? "a batch of one" : "one feature a timestep"),
                     FixKind::InsertPreprocessing, "",
                     Insertion{Insertion::Kind::Unsqueeze, node.id, 0, DType::Float32, axis}});
}

/// Would the op's own rule take its inputs, if one of them had another shape?
bool takes(const Graph& graph, const Node& node, size_t input, const Shape& shape)
{
    const OpDef* def = operators().find(node.op);
    if (!def)
        return false;
    CallOperands operands(graph, node.inputs);
    operands.types[input].shape = shape;
    return static_cast<bool>(inferTypes(*def, operands.call(node.attributes, node.outputs.size())));
}

/// The orders of axes that may be meant: of a sequence whatever puts the features last (the usual
/// mix-ups first: time and batch, features before time), of a matrix its transpose.
std::vector<std::vector<int64_t>> usualOrders(const Node& node, size_t input, int rank)
{
    if (isRecurrent(node) && input == 0 && rank == 3)
        return isTimeFirst(node) ? std::vector<std::vector<int64_t>>{{1, 0, 2},
                                                                     {2, 0, 1},
                                                                     {0, 2, 1},
                                                                     {1, 2, 0},
                                                                     {2, 1, 0}}
                                 : std::vector<std::vector<int64_t>>{
                                       {1, 0, 2}, {0, 2, 1}, {2, 0, 1}, {1, 2, 0}, {2, 1, 0}};
    if ((!node.op.is("MatMul") && !node.op.is("Gemm")) || input > 1 || rank < 2)
        return {};
    std::vector<int64_t> perm(static_cast<size_t>(rank));
    std::iota(perm.begin(), perm.end(), 0);
    std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
    return {perm};
}

/// Axes in another order, where the op takes them so.
void addTransposes(const Graph& graph, const Node& node, std::vector<Fix>& fixes)
{
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i] == kNoValue)
            continue;
        const ValueInfo& operand = graph.value(node.inputs[i]);
        const Shape& from = operand.type.shape;
        for (const std::vector<int64_t>& perm : usualOrders(node, i, from.rank())) {
            const Shape to = permuted(from, perm);
            if (!takes(graph, node, i, to))
                continue;
            const char* meaning = !isRecurrent(node)  ? ""
                                  : isTimeFirst(node) ? " (time, batch, features)"
                                                      : " (batch, time, features)";
            fixes.push_back(
                {fmt::format("Transpose {} by ({}): {} -> {}{}", printable(operand.name),
                             fmt::join(perm, ", "), from.text(), to.text(), meaning),
                 FixKind::InsertPreprocessing, "",
                 Insertion{.kind = Insertion::Kind::Transpose,
                           .node = node.id,
                           .input = i,
                           .perm = perm}});
        }
    }
}

}

std::vector<Fix> insertionsFor(const Graph& graph, const Node& node)
{
    std::vector<Fix> fixes;
    if (!node.problem || node.region != kTopRegion)
        return fixes;
    if (node.problem->kind == NodeProblem::Shape) {
        addBatchAxis(graph, node, fixes);
        addTransposes(graph, node, fixes);
    }
    if (node.problem->kind != NodeProblem::Dtype)
        return fixes;
    for (size_t i = 0; i < node.inputs.size(); ++i)
        if (node.inputs[i] != kNoValue && graph.value(node.inputs[i]).type.dtype == DType::String)
            return isRecurrent(node) ? textInsertions(graph, node, i) : fixes;
    addCasts(graph, node, fixes);
    return fixes;
}

}
