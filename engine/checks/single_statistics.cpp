// Means and variances of a single element: they divide by n - 1 = 0, or take everything away.

#include "engine/base/text.h"
#include "engine/checks/checks.h"
#include "engine/diagnostics/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace backstep {

namespace {

bool isAmong(const Node& node, std::span<const std::string_view> types)
{
    return node.op.domain.empty() &&
           std::find(types.begin(), types.end(), node.op.type) != types.end();
}

/// With one element a group these hand it on as it is.
constexpr std::array<std::string_view, 2> kMeans{"ReduceMean", "ReduceSum"};
constexpr std::array<std::string_view, 7> kMovers{"Identity", "Reshape", "Squeeze", "Unsqueeze",
                                                  "Flatten",  "Cast",    "Expand"};
/// Zero stays zero.
constexpr std::array<std::string_view, 15> kZeroKeepers{
    "Identity",   "Reshape",   "Squeeze", "Unsqueeze", "Flatten",         "Cast", "Expand",   "Mul",
    "ReduceMean", "ReduceSum", "Neg",     "Abs",       "ReduceSumSquare", "Pow",  "Transpose"};
/// Their slope at 0 is infinite.
constexpr std::array<std::string_view, 2> kRoots{"Sqrt", "ReduceL2"};

/// Every element of a constant is this number.
bool isAll(const Graph& graph, ValueId value, double number)
{
    if (value == kNoValue || graph.value(value).kind != ValueKind::Constant)
        return false;
    const Tensor& content = graph.value(value).content;
    for (int64_t i = 0; i < content.count(); ++i)
        if (content.isNull() || !isFloating(content.dtype()) || content.number(i) != number)
            return false;
    return content.count() > 0;
}

/// Follows what zero deviations become.
class ZeroWalk
{
public:
    explicit ZeroWalk(const Graph& graph) : m_graph(graph)
    {
        for (const NodeId id : graph.nodeIds())
            for (const ValueId input : graph.node(id).inputs)
                m_readers[input].push_back(id);
    }

    /// The op where the deviation becomes a NaN, in the forward pass or in the backward one;
    /// kNoNode where it only stays zero.
    NodeId nanFrom(ValueId deviation)
    {
        std::vector<ValueId> open{deviation};
        std::set<ValueId> zeros{deviation};
        NodeId root = kNoNode;
        while (!open.empty()) {
            const ValueId value = open.back();
            open.pop_back();
            for (const NodeId id : m_readers[value]) {
                const Node& node = m_graph.node(id);
                const bool dividesByZero =
                    node.op.is("Reciprocal") ||
                    (node.op.is("Div") &&
                     (zeros.contains(node.inputs[1]) || isAll(m_graph, node.inputs[1], 0)));
                if (dividesByZero)
                    return id;
                if (isAmong(node, kRoots) && root == kNoNode)
                    root = id;
                if ((isAmong(node, kZeroKeepers) || isAmong(node, kRoots) || node.op.is("Div")) &&
                    zeros.insert(node.outputs[0]).second)
                    open.push_back(node.outputs[0]);
            }
        }
        return root;
    }

private:
    const Graph& m_graph;
    std::map<ValueId, std::vector<NodeId>> m_readers;
};

/// The value that this one equals because each of its means is of one element; `isMean` is set
/// where there is such a mean.
ValueId rootOf(const Graph& graph, ValueId value, bool& isMean)
{
    while (graph.value(value).producer != kNoNode) {
        const Node& node = graph.node(graph.value(value).producer);
        if (node.inputs.empty() || node.inputs[0] == kNoValue ||
            graph.value(node.inputs[0]).type.shape.count() != graph.value(value).type.shape.count())
            break;
        const bool isOne = node.inputs.size() == 2 && (node.op.is("Div") || node.op.is("Mul")) &&
                           isAll(graph, node.inputs[1], 1);
        if (!isAmong(node, kMeans) && !isAmong(node, kMovers) && !isOne)
            break;
        isMean = isMean || isAmong(node, kMeans);
        value = node.inputs[0];
    }
    return value;
}

/// x less the mean of one element: x itself.
bool isDeviation(const Graph& graph, const Node& node)
{
    if (!node.op.is("Sub") || node.problem || node.origin.phase != Phase::Forward ||
        !isFloating(graph.value(node.outputs[0]).type.dtype))
        return false;
    bool isMean = false;
    return rootOf(graph, node.inputs[0], isMean) == rootOf(graph, node.inputs[1], isMean) && isMean;
}

}

void StaticChecks::checkSingleStatistics()
{
    std::optional<ZeroWalk> walk;
    for (const NodeId id : graph().nodeIds()) {
        const Node& node = graph().node(id);
        if (stateAt(id) == GradientState::OffPath || !isDeviation(graph(), node))
            continue;
        if (!walk)
            walk.emplace(graph());
        const NodeId nan = walk->nanFrom(node.outputs[0]);
        const bool isNan = nan != kNoNode;
        Finding finding =
            findingAt(isNan ? nan : id, isNan ? kinds::singleSampleStat : kinds::singleSampleNorm);
        finding.weights.clear();
        const std::string deviation = fmt::format(
            "{} takes from each element of {} the mean of that element alone: 0 is left, whatever "
            "goes in",
            opName(node), graph().value(node.outputs[0]).type.text());
        finding.message =
            !isNan ? deviation + ", and no gradient comes through."
                   : fmt::format("{} {} the spread of a single element. {}.",
                                 opName(graph().node(nan)),
                                 isAmong(graph().node(nan), kRoots) ? "has an infinite slope at 0,"
                                                                    : "divides by 0, which is",
                                 deviation);
        finding.fixes = {remedyOf(*finding.kind)};
        addCatalogueWords(finding);
        m_sink.report(std::move(finding));
    }
}

}
