#include "views/canvas/cell_marks.h"

#include "views/canvas/metrics.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace backstep {

namespace {

void mirror(Rect& rect, float period)
{
    rect.x = period - rect.right();
}

void mirror(CubicPath& path, float period)
{
    for (Point& p : path)
        p.x = period - p.x;
}

}

void placeSumLanes(CellLayout& cell)
{
    // layer by layer, and within one by role; equal roles as the program has them
    std::vector<size_t> order(cell.outline.weights.size());
    std::iota(order.begin(), order.end(), size_t{0});
    const auto key = [&](size_t i) {
        const CellWeight& use = cell.outline.weights[i];
        return std::pair(cell.outline.ops[static_cast<size_t>(use.op)].layer, use.rank);
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return key(a) < key(b); });
    float next = -cell.top + 2;
    std::map<ValueId, int> laneOf;
    for (size_t i : order) {
        const CellWeight& use = cell.outline.weights[i];
        if (!laneOf.try_emplace(use.weight, static_cast<int>(cell.sumLanes.size())).second)
            continue;
        cell.sumLanes.push_back({.name = use.shortName, .y = next, .weight = use.weight});
        next += metrics::kSumLanePitch;
    }
    for (CellChip& chip : cell.chips)
        chip.lane = laneOf.at(cell.outline.weights[static_cast<size_t>(chip.weight)].weight);
    cell.bottom = next + 2;
}

void mirrorTime(CellLayout& cell)
{
    for (Rect& box : cell.boxes)
        mirror(box, cell.period);
    for (CellFrame& frame : cell.frames) {
        mirror(frame.rect, cell.period);
        mirror(frame.label, cell.period);
        mirror(frame.mirroredLabel, cell.period);
    }
    for (CellChip& chip : cell.chips) {
        mirror(chip.rect, cell.period);
        mirror(chip.stub, cell.period);
        chip.lineX = cell.period - chip.lineX;
    }
    for (CellPill& pill : cell.pills) {
        mirror(pill.rect, cell.period);
        for (CubicPath& path : pill.paths)
            mirror(path, cell.period);
    }
    for (CellEdge& edge : cell.edges)
        mirror(edge.path, cell.period);
}

}
