#include "views/canvas/lane_labels.h"

#include "views/canvas/pinned.h"

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr double kLabelHeight = 11; ///< of capitals and ascenders; no role name has a descender
constexpr double kFarthest = 22;    ///< from its lane a label means nothing any more

Flow carryFlow(const CellLayout& cell, const StripLooks& looks, int carry)
{
    Flow flow = Flow::None;
    for (const CellLooks& kind : looks.kinds())
        for (const CellLink& link : cell.outline.links)
            if (link.carry == carry)
                flow = std::max(flow, kind.along(link));
    return flow;
}

void addCarries(const CanvasState& state, size_t index, bool isGradient,
                std::vector<LaneLabel>& labels)
{
    const TimelineStrip& strip = state.scene->strips()[index];
    for (size_t i = 0; i < strip.cell->carryLanes.size(); ++i) {
        const CellLane& lane = strip.cell->carryLanes[i];
        LaneLabel label;
        label.name = (isGradient ? "d" : "") + QString::fromStdString(lane.name);
        label.laneY = strip.axisY + (isGradient ? -lane.y : lane.y);
        label.strip = static_cast<int>(index);
        label.lane = static_cast<int>(i);
        label.isGradient = isGradient;
        if (isGradient)
            label.flow = carryFlow(*strip.cell, state.looks[index], lane.carry);
        labels.push_back(std::move(label));
    }
}

void addSums(const CanvasState& state, size_t index, std::vector<LaneLabel>& labels)
{
    const TimelineStrip& strip = state.scene->strips()[index];
    const CellLooks& looks = state.looks[index].kinds().front(); // sums are over all timesteps
    for (size_t i = 0; i < strip.cell->sumLanes.size(); ++i) {
        LaneLabel label;
        label.name = "d" + QString::fromStdString(strip.cell->sumLanes[i].name);
        label.laneY = strip.axisY + strip.cell->sumLanes[i].y;
        label.strip = static_cast<int>(index);
        label.lane = static_cast<int>(i);
        label.isGradient = label.isSum = true;
        label.isIncomplete = looks.isSumIncomplete[i];
        label.flow = looks.sums[i];
        labels.push_back(std::move(label));
    }
}

/// Labels that touch stand around the middle of their lanes (pool adjacent violators).
void spread(std::vector<LaneLabel>& labels)
{
    struct Pool {
        double sum;
        size_t first, count;
        double mean() const { return sum / static_cast<double>(count); }
    };
    std::vector<Pool> pools;
    for (size_t i = 0; i < labels.size(); ++i) {
        pools.push_back({labels[i].laneY - static_cast<double>(i) * kLabelHeight, i, 1});
        while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
            pools[pools.size() - 2].sum += pools.back().sum;
            pools[pools.size() - 2].count += pools.back().count;
            pools.pop_back();
        }
    }
    for (const Pool& pool : pools)
        for (size_t i = pool.first; i < pool.first + pool.count; ++i) {
            const double y = pool.mean() + static_cast<double>(i) * kLabelHeight;
            labels[i].rect = {10, y - kLabelHeight / 2, 48, kLabelHeight};
        }
}

}

std::vector<LaneLabel> placeLaneLabels(const CanvasState& state, const Camera& camera,
                                       const QRectF& viewport, Bands bands)
{
    std::vector<LaneLabel> labels;
    for (size_t i = 0; i < state.scene->strips().size(); ++i) {
        if (bands != Bands::Backward)
            addCarries(state, i, false, labels);
        if (bands == Bands::Forward || !state.scene->strips()[i].cell->outline.hasBackward)
            continue;
        addCarries(state, i, true, labels);
        addSums(state, i, labels);
    }
    for (LaneLabel& label : labels)
        label.laneY = camera.toScreenY(label.laneY);
    std::stable_sort(labels.begin(), labels.end(),
                     [](const LaneLabel& a, const LaneLabel& b) { return a.laneY < b.laneY; });
    spread(labels);
    std::erase_if(labels, [&](const LaneLabel& label) {
        return label.laneY < pinned::kTimeHeight - 4 || label.laneY > viewport.bottom() ||
               std::abs(label.rect.center().y() - label.laneY) > kFarthest;
    });
    return labels;
}

}
