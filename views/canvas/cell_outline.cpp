#include "views/canvas/cell_outline.h"

#include "engine/base/text.h"
#include "views/models/carry_names.h"
#include "views/canvas/metrics.h"
#include "views/canvas/weight_names.h"

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

bool isBackward(const Node& node)
{
    return node.origin.phase == Phase::Backward || node.origin.phase == Phase::Update;
}

std::string lastPart(const std::string& name)
{
    const size_t cut = name.find_last_of("/.:");
    return cut == std::string::npos || cut + 1 == name.size() ? name : name.substr(cut + 1);
}

/// Reads a graph into one outline.
class OutlineBuilder
{
public:
    OutlineBuilder(const Graph& graph, TimelineId timeline, const TextWidth& textWidth)
        : m_graph(graph), m_textWidth(textWidth)
    {
        m_outline.timeline = timeline;
        m_outline.stepCount = graph.timeline(timeline).stepCount;
        // where nothing is computed hollow boxes say why
        m_outline.hasBackward = graph.loss != kNoValue;
        m_outline.direction = graph.region(graph.timeline(timeline).forward).direction;
    }

    CellOutline build()
    {
        for (RegionId id : m_graph.regionIds())
            if (m_graph.region(id).timeline == m_outline.timeline)
                m_regions.push_back(id);
        for (RegionId id : m_regions)
            for (NodeId node : m_graph.region(id).nodes)
                if (!isBackward(m_graph.node(node)))
                    addOp(m_graph.node(node));
        for (RegionId id : m_regions)
            addForwardEdges(m_graph.region(id));
        for (RegionId id : m_regions)
            addBackward(m_graph.region(id));
        nameWeights(m_graph, m_outline);
        return std::move(m_outline);
    }

private:
    int layerIndex(const std::string& name)
    {
        auto& layers = m_outline.layers;
        const auto found = std::find(layers.begin(), layers.end(), name);
        if (found != layers.end())
            return static_cast<int>(found - layers.begin());
        layers.push_back(name);
        m_outline.layerWidths.push_back(std::ceil(m_textWidth(name) * metrics::kLayerText) + 2);
        return static_cast<int>(layers.size()) - 1;
    }

    void addOp(const Node& node)
    {
        CellOp op;
        op.forward = node.id;
        op.label = elidedLabel(printable(node.op.type), m_textWidth);
        op.layer = layerIndex(printable(node.origin.layer));
        op.isLoss = node.origin.phase == Phase::Loss;
        // the gradient box in the same column says one sign more
        op.width = boxWidth("∇" + op.label, m_textWidth);
        m_outline.opOfNode[number(node.id)] = static_cast<int>(m_outline.ops.size());
        m_outline.ops.push_back(std::move(op));
    }

    void addForwardEdges(const Region& region)
    {
        const int firstCarry = static_cast<int>(m_outline.carries.size());
        bool isForward = false;
        for (NodeId id : region.nodes)
            isForward |= !isBackward(m_graph.node(id));
        if (!isForward)
            return;
        for (std::string& name : carryNames(m_graph, region))
            m_outline.carries.push_back(std::move(name));
        for (NodeId id : region.nodes)
            if (!isBackward(m_graph.node(id)))
                addReads(region, firstCarry, m_graph.node(id));
        addUnreadCarries(region, firstCarry);
    }

    void addReads(const Region& region, int firstCarry, const Node& node)
    {
        const int to = m_outline.opOfNode.at(number(node.id));
        const bool isLoss = m_outline.ops[static_cast<size_t>(to)].isLoss;
        for (ValueId input : m_graph.reads(node.id)) {
            const ValueInfo& info = m_graph.value(input);
            if (info.kind == ValueKind::CarryIn && info.region == region.id) {
                addCarryLink(region, firstCarry, input, to);
            } else if (info.kind == ValueKind::StepIn && info.region == region.id) {
                if (!isLoss)
                    m_outline.inputs.push_back({input, to, inputLabel(info)});
            } else if (const int from = producerOf(input); from >= 0) {
                addLink({from, to, -1});
            } else if (const ValueId weight = weightBehind(m_graph, input); weight != kNoValue) {
                m_outline.weights.push_back({.weight = weight,
                                             .op = to,
                                             .shortName = {},
                                             .fullName = printable(m_graph.value(weight).name)});
            }
        }
    }

    void addCarryLink(const Region& region, int firstCarry, ValueId in, int to)
    {
        for (size_t i = 0; i < region.carries.size(); ++i)
            if (region.carries[i].in == in)
                addLink({producerOf(region.carries[i].next), to, firstCarry + static_cast<int>(i)});
    }

    void addUnreadCarries(const Region& region, int firstCarry)
    {
        for (size_t i = 0; i < region.carries.size(); ++i) {
            const int carry = firstCarry + static_cast<int>(i);
            const bool isRead = std::any_of(m_outline.links.begin(), m_outline.links.end(),
                                            [&](const CellLink& l) { return l.carry == carry; });
            if (!isRead)
                addLink({producerOf(region.carries[i].next), -1, carry});
        }
    }

    std::string inputLabel(const ValueInfo& info) const
    {
        const std::string name = lastPart(info.name);
        return name.empty() || name.size() > 4 ? "x" : printable(name);
    }

    int producerOf(ValueId value) const
    {
        if (value == kNoValue || m_graph.value(value).producer == kNoNode)
            return -1;
        const auto op = m_outline.opOfNode.find(number(m_graph.value(value).producer));
        return op == m_outline.opOfNode.end() ? -1 : op->second;
    }

    void addLink(CellLink link)
    {
        const auto same = [&](const CellLink& l) {
            return l.from == link.from && l.to == link.to && l.carry == link.carry;
        };
        if (std::none_of(m_outline.links.begin(), m_outline.links.end(), same))
            m_outline.links.push_back(link);
    }

    void addBackward(const Region& region)
    {
        for (NodeId id : region.nodes) {
            const Node& node = m_graph.node(id);
            if (!isBackward(node))
                continue;
            const int op = servedOp(node);
            if (op < 0)
                continue;
            m_outline.ops[static_cast<size_t>(op)].backward.push_back(id);
            m_outline.opOfNode[number(id)] = op;
            for (ValueId input : node.inputs)
                if (const int kept = input == kNoValue ? -1 : forwardProducer(input); kept >= 0)
                    addSaved(kept, op);
        }
    }

    /// The op whose gradient the node belongs to; for sums made by the pass itself, the op that the
    /// summed cotangents come from.
    int servedOp(const Node& node) const
    {
        const auto primal = m_outline.opOfNode.find(number(node.origin.primal));
        if (primal != m_outline.opOfNode.end())
            return primal->second;
        for (ValueId input : node.inputs)
            if (const int op = producerOf(input); op >= 0)
                return op;
        return -1;
    }

    int forwardProducer(ValueId value) const
    {
        const NodeId producer = m_graph.value(value).producer;
        return producer == kNoNode || isBackward(m_graph.node(producer)) ? -1 : producerOf(value);
    }

    void addSaved(int from, int to)
    {
        const std::pair edge{from, to};
        if (std::find(m_outline.saved.begin(), m_outline.saved.end(), edge) ==
            m_outline.saved.end())
            m_outline.saved.push_back(edge);
    }

    const Graph& m_graph;
    const TextWidth& m_textWidth;
    CellOutline m_outline;
    std::vector<RegionId> m_regions;
};

}

CellOutline outlineCell(const Graph& graph, TimelineId timeline, const TextWidth& textWidth)
{
    return OutlineBuilder(graph, timeline, textWidth).build();
}

float boxWidth(const std::string& label, const TextWidth& textWidth)
{
    return std::max(metrics::kNarrowestBox, std::ceil(textWidth(label)) + 2 * metrics::kBoxPadding);
}

std::string elidedLabel(const std::string& label, const TextWidth& textWidth)
{
    if (textWidth(label) <= metrics::kWidestText)
        return label;
    // cut whole UTF-8 characters from the end
    std::string shorter = label;
    while (!shorter.empty() && textWidth(shorter + "…") > metrics::kWidestText) {
        while (!shorter.empty() && (static_cast<unsigned char>(shorter.back()) & 0xC0) == 0x80)
            shorter.pop_back();
        if (!shorter.empty())
            shorter.pop_back();
    }
    return shorter + "…";
}

}
