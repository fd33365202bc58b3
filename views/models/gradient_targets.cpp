#include "views/models/gradient_targets.h"

#include "engine/session/exported_fix.h"
#include "views/models/op_text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace backstep {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("GradientTargets", text);
}

}

GradientTarget targetOf(const Graph& graph, NodeId node, GradientTarget::Scope scope)
{
    const Node& primal = graph.node(primalOf(graph, node));
    switch (scope) {
    case GradientTarget::Scope::Timesteps:
    case GradientTarget::Scope::Node:
        return {scope, primal.origin.name};
    case GradientTarget::Scope::Layer:
        return {scope, primal.origin.layer};
    case GradientTarget::Scope::OpType:
        break;
    }
    return {scope, primal.op.type};
}

std::vector<const GradientChoice*> attachedChain(const Snapshot& snapshot, NodeId node)
{
    std::vector<const GradientChoice*> chain;
    if (!snapshot.document || !snapshot.program || !snapshot.program->has(node))
        return chain;
    for (auto scope : {GradientTarget::Scope::Timesteps, GradientTarget::Scope::Node,
                       GradientTarget::Scope::Layer, GradientTarget::Scope::OpType}) {
        const GradientTarget target = targetOf(*snapshot.program, node, scope);
        for (const GradientChoice& choice : snapshot.document->gradients)
            if (choice.target.scope == scope && choice.target.name == target.name &&
                !target.name.empty())
                chain.push_back(&choice);
    }
    return chain;
}

const GradientChoice* attachedTo(const Snapshot& snapshot, NodeId node)
{
    if (!snapshot.document || !snapshot.program || !snapshot.program->has(node))
        return nullptr;
    return choiceFor(*snapshot.document, *snapshot.program, primalOf(*snapshot.program, node));
}

const GradientChoice* attachedAt(const Snapshot& snapshot, NodeId node, int64_t timestep)
{
    for (const GradientChoice* choice : attachedChain(snapshot, node))
        if (choice->target.steps.isEmpty() || choice->target.steps.contains(timestep))
            return choice;
    return nullptr;
}

bool hasFixToExport(const Snapshot& snapshot, NodeId node)
{
    if (attachedTo(snapshot, node))
        return true;
    const Finding* finding =
        snapshot.program && snapshot.program->has(node) ? findingOf(snapshot, node) : nullptr;
    return finding && std::any_of(finding->fixes.begin(), finding->fixes.end(),
                                  [](const Fix& fix) { return fix.insertion.has_value(); });
}

QString precedenceText(const Snapshot& snapshot, NodeId node)
{
    const std::vector<const GradientChoice*> chain = attachedChain(snapshot, node);
    if (chain.empty())
        return {};
    QStringList parts;
    // Those of some timesteps leave the others to the next one.
    bool isTaken = false;
    for (const GradientChoice* choice : chain) {
        const bool isPart = choice->target.scope == GradientTarget::Scope::Timesteps;
        const QString text =
            isPart ? tr("This op, timesteps %1")
                         .arg(QString::fromStdString(choice->target.steps.text()))
                   : scopeText(*snapshot.program, node, choice->target.scope).toHtmlEscaped();
        parts << (!isTaken ? QStringLiteral("<b>%1</b>").arg(text)
                           : QStringLiteral("<s>%1: %2</s>")
                                 .arg(text, QString::fromStdString(choice->text).toHtmlEscaped()));
        isTaken = isTaken || !isPart;
    }
    parts << (isTaken ? QStringLiteral("<s>%1</s>") : QStringLiteral("<b>%1</b>"))
                 .arg(tr("built-in rule"));
    return parts.join(QStringLiteral(" &gt; "));
}

QString scopeText(const Graph& graph, NodeId node, GradientTarget::Scope scope)
{
    const QString name = QString::fromStdString(targetOf(graph, node, scope).name);
    switch (scope) {
    case GradientTarget::Scope::Timesteps:
        return tr("This op, some timesteps");
    case GradientTarget::Scope::Node:
        return timestepsOf(graph, primalOf(graph, node)) > 0 ? tr("This op, all timesteps")
                                                             : tr("This op");
    case GradientTarget::Scope::Layer:
        return tr("Layer %1").arg(name);
    case GradientTarget::Scope::OpType:
        break;
    }
    return tr("Every %1 in the model").arg(name);
}

bool hasLayer(const Graph& graph, NodeId node)
{
    return !graph.node(primalOf(graph, node)).origin.layer.empty();
}

const Finding* findingOf(const Snapshot& snapshot, NodeId node)
{
    if (!snapshot.findings || !snapshot.program || node == kNoNode)
        return nullptr;
    const NodeId primal = primalOf(*snapshot.program, node);
    for (const Finding& finding : *snapshot.findings)
        if (finding.node == primal)
            return &finding;
    return nullptr;
}

QString readingText(const std::string& expression)
{
    static const QRegularExpression step(QStringLiteral(R"(where\((.+), 1, 0\))"));
    static const QRegularExpression magnitude(QStringLiteral(R"(abs\((\w+)\))"));
    QString text = QString::fromStdString(expression);
    text.replace(step, QStringLiteral("(\\1)")).replace(magnitude, QStringLiteral("|\\1|"));
    return text.replace(QLatin1String("<="), QStringLiteral("≤"))
        .replace(QLatin1String("**2"), QStringLiteral("²"))
        .replace(QLatin1String(" * "), QStringLiteral("·"));
}

QString gradientSubtitle(const Graph& graph, NodeId id)
{
    const Node& node = graph.node(id);
    QStringList parts{tr("layer %1").arg(layerText(graph, id))};
    parts << tr("forward %1")
                 .arg(node.origin.source.empty() ? QString::fromStdString(node.op.type)
                                                 : QString::fromStdString(node.origin.source));
    for (size_t i = 0; i < node.inputs.size() && i < 3; ++i)
        if (node.inputs[i] != kNoValue)
            parts << QStringLiteral("%1 %2").arg(
                node.inputs.size() == 1 ? QStringLiteral("x") : QStringLiteral("x%1").arg(i),
                typeText(graph.value(node.inputs[i]).type));
    return parts.join(QStringLiteral(" · "));
}

QStringList shownInputNames(const Node& node)
{
    QStringList names;
    for (size_t i = 0; i < node.inputs.size() && i < 3; ++i)
        names << (node.inputs.size() == 1 ? QStringLiteral("x") : QStringLiteral("x%1").arg(i));
    return names;
}

QStringList shownModules()
{
    return {QStringLiteral("tf.math."), QStringLiteral("torch."), QStringLiteral("jnp.")};
}

QStringList gradientNames(const Node& node)
{
    return shownInputNames(node) + QStringList{QStringLiteral("y"), QStringLiteral("dy")} +
           shownModules();
}

}
