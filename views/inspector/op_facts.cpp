#include "views/inspector/op_facts.h"

#include "engine/ops/registry.h"
#include "views/models/gradient_targets.h"
#include "views/models/op_text.h"
#include "views/style/badge.h"

#include <QCoreApplication>

namespace backstep {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("OpFacts", text);
}

QString words(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString capitalized(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

/// The line "Gradient  dx = dy * (1 - y^2); residual: y" of a record's doc, without the rest.
QString gradientLine(const OpDef& def)
{
    for (const QString& line : words(def.doc).split(QLatin1Char('\n'))) {
        const QString trimmed = line.trimmed();
        if (trimmed.startsWith(QLatin1String("Gradient ")))
            return trimmed.mid(9).section(QLatin1Char(';'), 0, 0).trimmed();
    }
    return {};
}

void explainDerivative(OpFacts& facts, const Snapshot& snapshot, const Node& primal,
                       int64_t timestep)
{
    if (const GradientChoice* choice = attachedAt(snapshot, primal.id, timestep)) {
        facts.derivative = QStringLiteral("dx = ") + QString::fromStdString(choice->text);
        facts.derivativeSource =
            choice->target.steps.isEmpty()
                ? tr("attached by you")
                : tr("attached by you, timesteps %1")
                      .arg(QString::fromStdString(choice->target.steps.text()));
        return;
    }
    const OpReport& report = snapshot.report->at(primal.id);
    const GradientState state = report.elsewhereAt ? report.elsewhere : report.state;
    if (state == GradientState::ZeroEverywhere) {
        facts.derivative = QStringLiteral("dx = 0");
        facts.derivativeSource = tr("for every x and dy");
    } else if (state == GradientState::DtypeCarriesNone ||
               state == GradientState::NotDifferentiable) {
        facts.derivative = QStringLiteral("dx = None");
        facts.derivativeSource = tr("no gradient leaves it");
    } else if (state == GradientState::UnknownOp || state == GradientState::Refused) {
        return; // the card has said that there is none
    } else if (const OpDef* def = operators().find(primal.op)) {
        facts.derivative = gradientLine(*def);
        facts.derivativeSource = tr("built-in rule");
    }
}

/// Long lists of weights are left to the link under the card.
QString reasonFor(const Graph& graph, const Finding& finding)
{
    constexpr qsizetype kLongReason = 130;
    QString reason = reasonText(graph, finding);
    if (reason.size() <= kLongReason)
        return reason;
    qsizetype list = -1;
    for (ValueId weight : finding.weights)
        if (const qsizetype at = reason.indexOf(
                QStringLiteral(": '%1'").arg(QString::fromStdString(graph.value(weight).name)));
            at >= 0 && (list < 0 || at < list))
            list = at;
    return list < 0 ? reason : reason.left(list) + QLatin1Char('.');
}

/// A gradient that is attached to some timesteps leaves the problem to the others.
bool isAt(const Finding& finding, int64_t timestep)
{
    return finding.timesteps.empty() || TimestepSet(finding.timesteps).contains(timestep);
}

void explainMark(OpFacts& facts, const Snapshot& snapshot, const Node& primal, int64_t timestep)
{
    const Finding* finding = findingOf(snapshot, primal.id);
    if (finding && isAt(*finding, timestep)) {
        facts.cardTitle = words(finding->kind->title);
        facts.cardText = capitalized(reasonFor(*snapshot.program, *finding));
        facts.cutWeights = finding->weights;
        return;
    }
    switch (facts.mark) {
    case OpMark::StarvedByZero:
        facts.cardTitle = tr("Gets only zeros");
        facts.cardText = tr("The op itself passes its gradient on, but an op downstream has made "
                            "it zero before it comes here.");
        break;
    case OpMark::StarvedByNone:
        facts.cardTitle = tr("Gets no gradient");
        facts.cardText = tr("An op downstream loses the gradient before it comes here.");
        break;
    case OpMark::StarvedByBlock:
        facts.cardTitle = tr("Its gradient is not known");
        facts.cardText = tr("An op downstream has no rule to carry the gradient across.");
        break;
    case OpMark::Custom:
        facts.cardTitle = tr("Your gradient is attached");
        facts.cardText = tr("The backward pass uses it in place of the built-in rule.");
        break;
    case OpMark::Cut:
        facts.cardTitle = tr("Cut on purpose");
        facts.cardText = tr("No gradient is meant to pass here.");
        break;
    case OpMark::OffPath:
        facts.cardTitle = tr("Not on a gradient path");
        facts.cardText = tr("Nothing that learns reaches the loss through this op.");
        break;
    default:
        break;
    }
}

/// What an op's inputs are called: x alone, the ports' names where there are more.
QString inputName(const Node& node, size_t index)
{
    if (node.inputs.size() == 1)
        return QStringLiteral("x");
    if (const OpDef* def = operators().find(node.op); def && index < def->inputs.size())
        return words(def->inputs[index].name);
    return QStringLiteral("x%1").arg(index);
}

QString outputName(const Node& node, size_t index)
{
    return node.outputs.size() == 1 ? QStringLiteral("y") : QStringLiteral("y%1").arg(index);
}

class SlotList
{
public:
    SlotList(const Snapshot& snapshot, const TimestepPath& at)
        : m_snapshot(snapshot), m_graph(*snapshot.program), m_at(at)
    {}
    void addPrimal(const QString& name, ValueId id)
    {
        if (id != kNoValue)
            values.push_back({name, place(id), m_graph.value(id).type, {}, false});
    }
    void addCotangent(const QString& name, ValueId ofValue, const QString& absence)
    {
        if (ofValue == kNoValue)
            return;
        const TensorType type = m_graph.value(ofValue).type;
        if (!isFloating(type.dtype))
            return;
        const auto found = m_snapshot.cotangents.find(ofValue);
        if (found == m_snapshot.cotangents.end())
            values.push_back({QStringLiteral("d") + name, {}, type, absence, true});
        else
            values.push_back({QStringLiteral("d") + name, place(found->second), type, {}, true});
    }
    std::vector<ValueSlot> values;

private:
    ValueAddress place(ValueId id) const
    {
        return {id, m_at.upTo(m_graph.depth(m_graph.value(id).region))};
    }
    const Snapshot& m_snapshot;
    const Graph& m_graph;
    TimestepPath m_at;
};

}

OpFacts OpFacts::ofOp(const Snapshot& snapshot, const OpAddress& address)
{
    OpFacts facts;
    const Graph& graph = *snapshot.program;
    const Node& primal = graph.node(primalOf(graph, address.node));
    facts.title = opText(graph, address);

    QStringList parts;
    if (!primal.origin.layer.empty())
        parts << tr("layer %1").arg(QString::fromStdString(primal.origin.layer));
    if (const int64_t steps = timestepsOf(graph, primal.id); steps > 0)
        parts << tr("timestep %1 of 0–%2").arg(address.at.innermost()).arg(steps - 1);
    const QString source = QString::fromStdString(primal.origin.source);
    parts << (source.isEmpty() ? QString::fromStdString(primal.origin.name) : source);
    parts.removeAll(QString());
    facts.subtitle = parts.join(QStringLiteral(" · "));

    const int64_t timestep = address.at.innermost();
    facts.mark = snapshot.states->mark(primal.id, timestep);
    explainMark(facts, snapshot, primal, timestep);
    explainDerivative(facts, snapshot, primal, timestep);

    SlotList rows(snapshot, address.at);
    const QString none = tr("no gradient arrives here");
    for (size_t i = 0; i < primal.inputs.size(); ++i)
        rows.addPrimal(inputName(primal, i), primal.inputs[i]);
    for (size_t i = 0; i < primal.outputs.size(); ++i)
        rows.addPrimal(outputName(primal, i), primal.outputs[i]);
    for (size_t i = 0; i < primal.outputs.size(); ++i)
        rows.addCotangent(outputName(primal, i), primal.outputs[i], none);
    for (size_t i = 0; i < primal.inputs.size(); ++i)
        rows.addCotangent(inputName(primal, i), primal.inputs[i], tr("no gradient leaves here"));
    facts.values = std::move(rows.values);
    if (!primal.outputs.empty() && primal.outputs[0] != kNoValue)
        facts.valuesType = typeText(graph.value(primal.outputs[0]).type);
    return facts;
}

OpFacts OpFacts::ofWeight(const Snapshot& snapshot, ValueId weight)
{
    OpFacts facts;
    const Graph& graph = *snapshot.program;
    facts.title = weightText(graph, weight);
    QStringList parts;
    if (const QString layer = layerOfWeight(graph, weight); !layer.isEmpty())
        parts << tr("weight of %1").arg(layer);
    parts << QString::fromStdString(graph.value(weight).name);
    facts.subtitle = parts.join(QStringLiteral(" · "));
    facts.valuesType = typeText(graph.value(weight).type);

    const Flow flow = snapshot.states->weight(weight);
    facts.mark = flow == Flow::Zero      ? OpMark::Zero
                 : flow == Flow::Blocked ? OpMark::Failed
                 : flow == Flow::None    ? OpMark::Lost
                                         : OpMark::Plain;
    const bool isIncomplete = flow == Flow::Live && snapshot.states->isIncomplete(weight);
    if (isIncomplete)
        facts.mark = OpMark::Failed;
    if (flow != Flow::Live || isIncomplete) {
        facts.cardTitle = capitalized(badgeOfWeight(flow, isIncomplete).word);
        QStringList ops;
        if (const auto arrival = snapshot.report->targets.find(weight);
            arrival != snapshot.report->targets.end())
            for (NodeId op : arrival->second.cutBy) {
                ops << opText(graph, op);
                facts.cutBy.node = op;
            }
        const QString where = ops.join(QStringLiteral(", "));
        facts.cardText = ops.isEmpty()  ? tr("The loss does not depend on it.")
                         : isIncomplete ? tr("Its gradient lacks the part through %1.").arg(where)
                                        : tr("The gradient is cut at %1.").arg(where);
    }
    SlotList rows(snapshot, {});
    rows.addPrimal(QStringLiteral("w"), weight);
    rows.addCotangent(QStringLiteral("w"), weight, tr("no gradient arrives here"));
    facts.values = std::move(rows.values);
    return facts;
}

}
