#include "views/canvas/canvas_state.h"

#include <algorithm>
#include <map>

namespace backstep {

namespace {

std::vector<LayerBar> barsOf(const CellLayout& cell, const CellLooks& looks)
{
    std::map<int, LayerBar> bars;
    for (size_t i = 0; i < cell.boxes.size(); ++i) {
        const int layer = cell.outline.ops[i].layer;
        const OpLook& op = looks.ops[i];
        const auto [entry, isNew] = bars.try_emplace(
            layer, LayerBar{cell.boxes[i], false, op.mark, op.look, static_cast<int>(i)});
        LayerBar& bar = entry->second;
        bar.rect = bar.rect.united(cell.boxes[i]);
        if (!badgeOf(op.mark).empty() && !bar.isCause) {
            bar.isCause = true;
            bar.mark = op.mark;
            bar.look = op.look;
        }
    }
    std::vector<LayerBar> list;
    for (auto& [layer, bar] : bars)
        list.push_back(bar);
    return list;
}

/// A folded box shows the gravest of its members.
OpLook lookOfBox(const Snapshot& snapshot, const OuterBox& box, const OpCheckMarks* checks)
{
    OpLook shown = lookOf(snapshot, box.forward.front());
    CheckMark worst = CheckMark::None;
    for (NodeId node : box.forward) {
        const OpLook look = lookOf(snapshot, node, checks);
        worst = std::max(worst, look.check);
        if (!badgeOf(look.mark).empty() && badgeOf(shown.mark).empty())
            shown = look;
    }
    shown.check = worst;
    return shown;
}

std::set<Flow> flowsOf(const CanvasState& state)
{
    std::set<Flow> flows;
    const auto isShown = [](const OpLook& op) { return op.look != GradientLook::OffPath; };
    for (size_t i = 0; i < state.looks.size(); ++i) {
        for (const CellLooks& looks : state.looks[i].kinds())
            for (const CellLink& link : state.scene->strips()[i].cell->outline.links)
                if (link.from >= 0 && link.to >= 0 &&
                    isShown(looks.ops[static_cast<size_t>(link.from)]) &&
                    isShown(looks.ops[static_cast<size_t>(link.to)]))
                    flows.insert(looks.along(link));
    }
    for (const OuterEdge& edge : state.scene->outer().edges)
        if (edge.to >= 0 && isShown(state.outerLooks[static_cast<size_t>(edge.to)]))
            flows.insert(state.outerLooks[static_cast<size_t>(edge.to)].leaving);
    return flows;
}

}

void CanvasState::adopt(std::shared_ptr<const Snapshot> newSnapshot,
                        std::shared_ptr<const Scene> newScene)
{
    snapshot = std::move(newSnapshot);
    scene = std::move(newScene);
    looks.clear();
    bars.clear();
    outerLooks.clear();
    flows.clear();
    if (!scene)
        return;
    for (const TimelineStrip& strip : scene->strips()) {
        looks.emplace_back(*snapshot, *strip.cell, strip.stepCount, checks.get());
        bars.emplace_back();
        for (const CellLooks& kind : looks.back().kinds())
            bars.back().push_back(barsOf(*strip.cell, kind));
    }
    for (const OuterBox& box : scene->outer().boxes)
        outerLooks.push_back(lookOfBox(*snapshot, box, checks.get()));
    flows = flowsOf(*this);
    setPass(pass);
}

const OpLook& CanvasState::lookAt(const BoxRef& box) const
{
    const auto index = static_cast<size_t>(box.box);
    return box.strip < 0 ? outerLooks[index]
                         : looks[static_cast<size_t>(box.strip)].at(box.t).ops[index];
}

void CanvasState::setPass(const PassState& newPass)
{
    pass = newPass;
    if (scene && snapshot)
        progress = PassProgress(snapshot->plan, pass.cursor, *scene);
}

}
