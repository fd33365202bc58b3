#include "views/canvas/describe.h"

#include "engine/base/text.h"

#include <QCoreApplication>

#include <cmath>

namespace backstep {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("GraphView", text);
}

QString text(const std::string& bytes)
{
    return QString::fromStdString(printable(bytes));
}

bool isDone(const CanvasState& state, const BoxRef& box)
{
    if (box.band == Band::Forward)
        return state.progress.isDone(state.scene->forwardOf(box), box.strip, box.t);
    if (box.strip < 0)
        return state.progress.isDone(
            state.scene->outer().boxes[static_cast<size_t>(box.box)].gradientOps());
    const auto& backward = state.scene->backwardOf(box);
    return !backward.empty() && state.progress.isDone(backward.back(), box.strip, box.t);
}

QString stateWord(const CanvasState& state, const BoxRef& box)
{
    const OpLook look = state.lookAt(box);
    if (box.band == Band::Forward && badgeOf(look.mark).empty())
        return isDone(state, box) ? tr("forward done") : tr("ahead");
    const std::string_view word = wordOf(look.mark);
    QString shown = QString::fromUtf8(word.data(), static_cast<int>(word.size()));
    if (look.mark == OpMark::Plain || shown.isEmpty())
        shown = isDone(state, box) ? tr("backward done") : tr("not reached");
    return shown;
}

/// What the check of the gradient said, with its worst error or why it was not decided.
QString checkWords(const CanvasState& state, const BoxRef& box)
{
    if (!state.checks)
        return {};
    const auto check = state.checks->find(state.scene->forwardOf(box));
    return check == state.checks->end() ? QString() : check->second.words;
}

QString opName(const CanvasState& state, const BoxRef& box)
{
    const Node& node = state.scene->graph().node(state.scene->forwardOf(box));
    return (box.band == Band::Backward ? QStringLiteral("∇") : QString()) + text(node.op.type);
}

QString escaped(const QString& line)
{
    return line.toHtmlEscaped();
}

QString outputType(const CanvasState& state, const BoxRef& box)
{
    const Graph& graph = state.scene->graph();
    for (ValueId output : graph.node(state.scene->forwardOf(box)).outputs)
        if (output != kNoValue && graph.has(output)) {
            const TensorType& type = graph.value(output).type;
            const std::string_view dtype = nameOf(type.dtype);
            return QString::fromUtf8(dtype.data(), static_cast<int>(dtype.size())) + " " +
                   QString::fromStdString(type.shape.text());
        }
    return {};
}

QString boxTooltip(const CanvasState& state, const BoxRef& box)
{
    const Node& node = state.scene->graph().node(state.scene->forwardOf(box));
    QString title = opName(state, box);
    if (box.strip >= 0)
        title += " @ t=" + QString::number(box.t);
    QString tip = "<b>" + escaped(title) + "</b>";
    if (box.strip < 0 && state.scene->outer().boxes[static_cast<size_t>(box.box)].isFolded()) {
        const OuterBox& folded = state.scene->outer().boxes[static_cast<size_t>(box.box)];
        return "<b>" + escaped(text(folded.scope)) + "</b><br>" +
               tr("%1 ops; double-click to unfold").arg(folded.forward.size());
    }
    if (!node.origin.name.empty() && node.origin.name != node.op.type)
        tip += "<br>" + escaped(text(node.origin.name));
    if (!node.origin.layer.empty())
        tip += "<br>" + tr("layer %1").arg(escaped(text(node.origin.layer)));
    tip += "<br>" + escaped(stateWord(state, box));
    if (const QString check = checkWords(state, box); !check.isEmpty())
        tip += "<br>" + escaped(check);
    if (const QString type = outputType(state, box); !type.isEmpty())
        tip += "<br>" + escaped(type);
    return tip;
}

QString weightTooltip(const CanvasState& state, size_t strip, size_t lane)
{
    const CellLane& sum = state.scene->strips()[strip].cell->sumLanes[lane];
    const CellLooks& looks = state.looks[strip].kinds().front(); // sums are over all timesteps
    const ValueInfo& weight = state.scene->graph().value(sum.weight);
    const std::string_view word = statusWord(looks.sums[lane]);
    QString status = QString::fromUtf8(word.data(), static_cast<int>(word.size()));
    if (looks.isSumIncomplete[lane])
        status += ", " + tr("a term is missing");
    return "<b>" + escaped(text(weight.name)) + "</b><br>" +
           tr("weight %1 %2")
               .arg(QString::fromStdString(sum.name),
                    escaped(QString::fromStdString(weight.type.text()))) +
           "<br>" + tr("gradient: %1").arg(status);
}

/// Chips of weights and pills of inputs, whose short names need a long one.
QString markTooltip(const CanvasState& state, const TimelineStrip& strip, size_t index, Point local,
                    int64_t t)
{
    const CellLayout& cell = *strip.cell;
    for (const CellChip& chip : cell.chips)
        if (chip.rect.contains(local))
            return weightTooltip(state, index, static_cast<size_t>(chip.lane));
    for (const CellPill& pill : cell.pills)
        if (pill.rect.contains(local)) {
            const OutlineInput& input = cell.outline.inputs[static_cast<size_t>(pill.input)];
            const ValueInfo& info = state.scene->graph().value(input.value);
            return "<b>" + escaped(text(info.name)) + " @ t=" + QString::number(t) + "</b><br>" +
                   tr("step input") + "<br>" + escaped(QString::fromStdString(info.type.text()));
        }
    for (const CellFrame& frame : cell.frames)
        if (frame.label.contains(local))
            return tr("layer %1")
                .arg(escaped(
                    QString::fromStdString(cell.outline.layers[static_cast<size_t>(frame.layer)])));
    return {};
}

}

QString describeBox(const CanvasState& state, const BoxRef& box)
{
    const Node& node = state.scene->graph().node(state.scene->forwardOf(box));
    QString name = box.band == Band::Backward ? tr("gradient of %1").arg(text(node.op.type))
                                              : text(node.op.type);
    if (!node.origin.layer.empty())
        name += ", " + tr("layer %1").arg(text(node.origin.layer));
    if (box.strip >= 0)
        name += ", " + tr("timestep %1 of %2")
                           .arg(box.t)
                           .arg(state.scene->strips()[static_cast<size_t>(box.strip)].stepCount);
    const QString check = checkWords(state, box);
    return name + ", " + stateWord(state, box) + (check.isEmpty() ? QString() : ", " + check);
}

QString tooltipAt(const CanvasState& state, double x, double y, Bands bands)
{
    const BoxRef box = state.scene->boxAt(x, y, bands);
    if (box.isValid())
        return boxTooltip(state, box);
    for (size_t i = 0; i < state.scene->strips().size(); ++i) {
        const TimelineStrip& strip = state.scene->strips()[i];
        if (x < 0 || x >= strip.width())
            continue;
        const int64_t t = state.scene->timestepAt(static_cast<int>(i), x);
        const Point local{static_cast<float>(x - strip.period() * static_cast<double>(t)),
                          static_cast<float>(-std::abs(y - strip.axisY))};
        const QString tip = markTooltip(state, strip, i, local, t);
        if (!tip.isEmpty())
            return tip;
    }
    return {};
}

QString laneTooltip(const CanvasState& state, const LaneLabel& label)
{
    if (label.isSum)
        return weightTooltip(state, static_cast<size_t>(label.strip),
                             static_cast<size_t>(label.lane));
    const CellLayout& cell = *state.scene->strips()[static_cast<size_t>(label.strip)].cell;
    const QString name =
        escaped(QString::fromStdString(cell.carryLanes[static_cast<size_t>(label.lane)].name));
    if (!label.isGradient)
        return tr("carry %1: goes from each timestep to the next").arg(name);
    const std::string_view word = statusWord(label.flow);
    return tr("gradient of carry %1: %2")
        .arg(name, QString::fromUtf8(word.data(), static_cast<int>(word.size())));
}

QString timestepText(int64_t t)
{
    return "t = " + QString::number(t);
}

}
