#include "views/models/graph_tree.h"

#include "views/models/op_text.h"
#include "views/style/value_text.h"

#include <QCoreApplication>
#include <QMap>

#include <algorithm>
#include <set>

namespace backstep {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("GraphTree", text);
}

/// Failures before zeros before losses: what a closed layer shows of its ops.
int gravity(OpMark mark)
{
    switch (mark) {
    case OpMark::Failed:
        return 6;
    case OpMark::Zero:
        return 5;
    case OpMark::Lost:
        return 4;
    case OpMark::StandIn:
        return 3;
    case OpMark::Cut:
        return 2;
    case OpMark::Custom:
        return 1;
    default:
        return 0;
    }
}

class TreeBuilder
{
public:
    explicit TreeBuilder(const Snapshot& snapshot)
        : m_snapshot(snapshot), m_graph(*snapshot.program)
    {}

    GraphTree build()
    {
        const ModelSource& source = *m_snapshot.document->source;
        add({.kind = GraphTree::Kind::Model,
             .name = QString::fromStdString(source.title),
             .detail = QString::fromStdString(source.format),
             .iconName = QStringLiteral("layers")},
            -1);
        std::vector<NodeId> ops = shownOps(m_graph);
        // A loss that was moved into the cell runs before later layers; one looks for it at the
        // end.
        std::stable_partition(ops.begin(), ops.end(), [&](NodeId op) {
            return m_graph.node(op).origin.phase != Phase::Loss;
        });
        for (NodeId op : ops)
            if (readsCarry(m_graph.node(op)))
                m_recurrent.insert(m_graph.node(op).origin.layer);
        for (NodeId op : ops)
            m_opsOf[layerItem(op)].push_back(op);
        for (ValueId weight : m_graph.valuesOfKind(ValueKind::Weight))
            addWeight(weight);
        for (auto layer = m_opsOf.cbegin(); layer != m_opsOf.cend(); ++layer)
            addOps(layer.key(), layer.value());
        return std::move(m_tree);
    }

private:
    int add(GraphTree::Item item, int parent)
    {
        const int index = static_cast<int>(m_tree.items.size());
        item.parent = parent;
        m_tree.items.push_back(std::move(item));
        if (parent >= 0)
            m_tree.items[static_cast<size_t>(parent)].children.push_back(index);
        return index;
    }

    bool readsCarry(const Node& node) const
    {
        return std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
            return input != kNoValue && m_graph.value(input).kind == ValueKind::CarryIn;
        });
    }

    GraphTree::Item& at(int index) { return m_tree.items[static_cast<size_t>(index)]; }

    /// The item of a layer path such as "encoder/lstm", made with its parents on first use.
    int layerNamed(const QString& path, const QString& iconName)
    {
        if (const auto known = m_layers.constFind(path); known != m_layers.cend())
            return *known;
        const qsizetype slash = path.lastIndexOf(QLatin1Char('/'));
        const int parent = slash < 0 ? 0 : layerNamed(path.left(slash), QStringLiteral("layers"));
        const int index = add({.kind = GraphTree::Kind::Layer,
                               .name = path.mid(slash + 1),
                               .detail = {},
                               .iconName = iconName},
                              parent);
        m_layers.insert(path, index);
        return index;
    }

    int layerItem(NodeId op)
    {
        const Node& node = m_graph.node(op);
        if (node.origin.phase == Phase::Loss)
            return layerNamed(tr("loss"), QStringLiteral("curve"));
        if (node.origin.layer.empty())
            return 0;
        return layerNamed(
            QString::fromStdString(node.origin.layer),
            QString::fromLatin1(m_recurrent.contains(node.origin.layer) ? "loop" : "layers"));
    }

    void addWeight(ValueId weight)
    {
        const QString layer = layerOfWeight(m_graph, weight);
        const int parent = layer.isEmpty() ? 0 : layerNamed(layer, QStringLiteral("layers"));
        const Flow flow = m_snapshot.states->weight(weight);
        const bool isIncomplete = m_snapshot.states->isIncomplete(weight);
        add({.kind = GraphTree::Kind::Weight,
             .name = weightText(m_graph, weight),
             .detail = sizesText(m_graph.value(weight).type.shape),
             .iconName = QStringLiteral("grid"),
             .weight = weight,
             .flow = flow,
             .isIncomplete = isIncomplete},
            parent);
        for (int above = parent; above > 0; above = at(above).parent) {
            at(above).isIncomplete |= isIncomplete;
            at(above).flow = at(above).hasWeights ? std::min(at(above).flow, flow) : flow;
            at(above).hasWeights = true;
        }
    }

    void addOps(int layer, const std::vector<NodeId>& ops)
    {
        int parent = layer;
        // The many ops of a cell would hide the weights, which is what one looks for here.
        if (layer > 0 && ops.size() > 2 && (at(layer).hasWeights || ops.size() > 6))
            parent =
                add({.kind = GraphTree::Kind::OpGroup,
                     .name = plural(static_cast<long long>(ops.size()), tr("1 op"), tr("%1 ops")),
                     .detail = {},
                     .iconName = QStringLiteral("op")},
                    layer);
        for (NodeId op : ops) {
            const int64_t steps = timestepsOf(m_graph, op);
            const OpMark mark = m_snapshot.states->mark(op);
            add({.kind = GraphTree::Kind::Op,
                 .name = opText(m_graph, op),
                 .detail = steps > 0 ? QStringLiteral("t0–t%1").arg(steps - 1) : QString(),
                 .iconName = QStringLiteral("op"),
                 .op = op,
                 .mark = mark},
                parent);
            for (int above = parent; above > 0; above = at(above).parent)
                if (gravity(mark) > gravity(at(above).mark))
                    at(above).mark = mark;
        }
    }

    const Snapshot& m_snapshot;
    const Graph& m_graph;
    GraphTree m_tree;
    std::set<std::string> m_recurrent; ///< layers with an op that reads the timestep before
    QMap<QString, int> m_layers;
    QMap<int, std::vector<NodeId>> m_opsOf;
};

}

GraphTree GraphTree::of(const Snapshot& snapshot)
{
    if (!snapshot.document || !snapshot.program || !snapshot.states)
        return {};
    return TreeBuilder(snapshot).build();
}

int GraphTree::find(NodeId op) const
{
    for (size_t i = 0; i < items.size(); ++i)
        if (items[i].op == op && op != kNoNode)
            return static_cast<int>(i);
    return -1;
}

int GraphTree::find(ValueId weight) const
{
    for (size_t i = 0; i < items.size(); ++i)
        if (items[i].weight == weight && weight != kNoValue)
            return static_cast<int>(i);
    return -1;
}

}
