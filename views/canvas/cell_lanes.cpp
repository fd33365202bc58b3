#include "views/canvas/cell_marks.h"

#include "views/canvas/metrics.h"

#include <map>

namespace backstep
{

namespace
{

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
    float next = -cell.top + 2;
    std::map<ValueId, int> laneOf;
    for (CellChip& chip : cell.chips) {
        const CellWeight& use = cell.outline.weights[static_cast<size_t>(chip.weight)];
        const auto [lane, isNew] =
            laneOf.try_emplace(use.weight, static_cast<int>(cell.sumLanes.size()));
        if (isNew) {
            cell.sumLanes.push_back({.name = use.shortName, .y = next, .weight = use.weight});
            next += metrics::kSumLanePitch;
        }
        chip.lane = lane->second;
    }
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
