#include "views/models/op_text.h"

#include "views/style/value_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace backstep {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("OpText", text);
}

QString words(const std::string& text)
{
    return QString::fromStdString(text);
}

bool isOurHelper(const Node& node)
{
    return node.op.domain == kHelperDomain;
}

}

QString opText(const Graph& graph, NodeId id)
{
    if (!graph.has(id))
        return {};
    const Node& node = graph.node(id);
    if (node.origin.phase != Phase::Backward)
        return words(node.op.type);
    const QString nabla(QChar(0x2207));
    return nabla + (graph.has(node.origin.primal) ? words(graph.node(node.origin.primal).op.type)
                                                  : words(node.op.type));
}

QString timestepText(const TimestepPath& at)
{
    if (at.depth == 0)
        return {};
    QStringList levels;
    for (int level = 0; level < at.depth; ++level)
        levels << QString::number(at.t[static_cast<size_t>(level)]);
    return QStringLiteral("t=") + levels.join(QLatin1Char('.'));
}

QString opText(const Graph& graph, const OpAddress& address)
{
    const QString time = timestepText(address.at);
    const QString name = opText(graph, address.node);
    return time.isEmpty() ? name : QStringLiteral("%1 @ %2").arg(name, time);
}

QString layerText(const Graph& graph, NodeId id)
{
    if (!graph.has(id))
        return {};
    const Origin& origin = graph.node(primalOf(graph, id)).origin;
    return words(origin.layer.empty() ? origin.name : origin.layer);
}

QString sizesText(const Shape& shape)
{
    QStringList sizes;
    for (int64_t size : shape)
        sizes << QString::number(size);
    return sizes.isEmpty() ? tr("scalar") : sizes.join(QStringLiteral(" × "));
}

QString typeText(const TensorType& type)
{
    return words(type.text());
}

QString weightText(const Graph& graph, ValueId weight)
{
    const QString name = words(graph.value(weight).name);
    const QString layer = layerOfWeight(graph, weight);
    for (const QChar separator : {QLatin1Char('/'), QLatin1Char('.'), QLatin1Char(':')})
        if (!layer.isEmpty() && name.startsWith(layer + separator))
            return name.mid(layer.size() + 1);
    // Long paths of a framework: what stands behind the layer, or else the last part.
    const QString inner = QLatin1Char('/') + layer + QLatin1Char('/');
    if (const qsizetype at = name.lastIndexOf(inner); at >= 0)
        return name.mid(at + inner.size());
    return name.section(QLatin1Char('/'), -1);
}

QString layerOfWeight(const Graph& graph, ValueId weight)
{
    for (NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.origin.phase != Phase::Forward || node.origin.layer.empty())
            continue;
        if (std::find(node.inputs.begin(), node.inputs.end(), weight) != node.inputs.end())
            return words(node.origin.layer);
    }
    return {};
}

NodeId primalOf(const Graph& graph, NodeId id)
{
    if (!graph.has(id))
        return id;
    const Node& node = graph.node(id);
    return node.origin.phase == Phase::Backward && graph.has(node.origin.primal)
               ? node.origin.primal
               : id;
}

std::vector<NodeId> shownOps(const Graph& graph)
{
    std::vector<NodeId> shown;
    // In program order: a Scan stands for its body, which is what one reads.
    const auto visit = [&](const auto& self, RegionId region) -> void {
        for (NodeId id : graph.region(region).nodes) {
            const Node& node = graph.node(id);
            if (node.origin.phase != Phase::Forward && node.origin.phase != Phase::Loss)
                continue;
            if (node.isScan())
                self(self, node.body);
            else if (!isOurHelper(node))
                shown.push_back(id);
        }
    };
    visit(visit, kTopRegion);
    return shown;
}

QString reasonText(const Graph& graph, const Finding& finding)
{
    QString message = words(finding.message);
    if (!graph.has(finding.node))
        return message;
    const Node& node = graph.node(finding.node);
    const QString name = QStringLiteral("'%1'").arg(words(node.origin.name));
    const QString type = QStringLiteral(" (%1)").arg(words(node.op.type));
    const QString typed = words(node.op.type) + QLatin1Char(' ') + name;
    for (const QString& front : {name + type + QStringLiteral(": "), name + QStringLiteral(": "),
                                 typed + QStringLiteral(": ")})
        if (message.startsWith(front))
            return message.mid(front.size());
    return message;
}

int64_t timestepsOf(const Graph& graph, NodeId id)
{
    if (!graph.has(id) || graph.depth(graph.node(id).region) == 0)
        return 0;
    return graph.stepCount(graph.node(id).region);
}

QStringList layersText(const Graph& graph)
{
    struct Layer {
        QString name;
        int opCount = 0;
        int64_t timesteps = 0;
        int weightCount = 0;
    };
    std::vector<Layer> layers;
    const auto layerNamed = [&](const QString& name) -> Layer& {
        for (Layer& layer : layers)
            if (layer.name == name)
                return layer;
        return layers.emplace_back(Layer{name});
    };
    for (NodeId id : shownOps(graph)) {
        Layer& layer = layerNamed(layerText(graph, id));
        ++layer.opCount;
        layer.timesteps = std::max(layer.timesteps, timestepsOf(graph, id));
    }
    for (ValueId weight : graph.valuesOfKind(ValueKind::Weight))
        if (const QString name = layerOfWeight(graph, weight); !name.isEmpty())
            ++layerNamed(name).weightCount;
    QStringList lines;
    for (const Layer& layer : layers) {
        QString line = QStringLiteral("%1: %2").arg(
            layer.name, plural(layer.opCount, tr("1 op"), tr("%1 ops")));
        if (layer.timesteps > 0)
            line += tr(" at %1 timesteps").arg(layer.timesteps);
        if (layer.weightCount > 0)
            line += plural(layer.weightCount, tr(", 1 weight"), tr(", %1 weights"));
        lines << line;
    }
    return lines;
}

}
