#include "views/canvas/cell_marks.h"

#include "views/canvas/metrics.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace backstep {

namespace {

/// Whether no box, with its ring and badge, reaches into the rectangle.
bool isFree(const PlacedCell& placed, const std::vector<int>& ops, const Rect& rect)
{
    return std::none_of(ops.begin(), ops.end(), [&](int op) {
        const Rect& box = placed.cell.boxes[static_cast<size_t>(op)];
        return rect.intersects({box.x - metrics::kMarkRoom, box.y - metrics::kMarkRoom,
                                box.width + 2 * metrics::kMarkRoom,
                                box.height + 2 * metrics::kMarkRoom});
    });
}

float labelWidth(const PlacedCell& placed, int layer, float room)
{
    return std::min(placed.cell.outline.layerWidths[static_cast<size_t>(layer)], room);
}

CellFrame columnsFrame(const CellBlock& block, const PlacedCell& placed, float bandTop, int layer)
{
    CellFrame frame;
    frame.rect = {block.left, -bandTop, block.width, bandTop - metrics::kFrameStart};
    const float width = labelWidth(placed, layer, block.width - 16);
    frame.label = {block.left + 8, -bandTop + 2, width, metrics::kLayerLine};
    // near the axis when the corner is free (the forward band has its input pill there)
    const Rect corner{block.left + 8, -metrics::kFrameStart - 2 - metrics::kLayerLine, width,
                      metrics::kLayerLine};
    const bool isReverse = placed.cell.outline.direction == Direction::Reverse;
    frame.mirroredLabel = isFree(placed, block.layers[0], corner) && !isReverse
                              ? corner.mirrored()
                              : frame.label.mirrored();
    return frame;
}

CellFrame stackedFrame(const CellBlock& block, const PlacedCell& placed,
                       const std::vector<int>& ops, int layer)
{
    const Rect& first = placed.cell.boxes[static_cast<size_t>(ops.front())];
    const Rect& last = placed.cell.boxes[static_cast<size_t>(ops.back())];
    const float top = last.y - metrics::kMarkRoom - metrics::kLayerLine - 1;
    CellFrame frame;
    frame.rect = {block.left, top, block.width, first.bottom() + metrics::kMarkRoom + 2 - top};
    const float left = block.spine + 6;
    frame.label = {left, top + 1, labelWidth(placed, layer, block.left + block.width - left - 2),
                   metrics::kLayerLine};
    frame.mirroredLabel = frame.label.mirrored();
    return frame;
}

/// The chip's own line where it is free, else a few units beside it, so that no two sums share one.
float freeLine(const std::vector<CellChip>& chips, float wanted)
{
    for (float shift : {0.0f, -5.0f, 5.0f, -2.5f, 2.5f, -7.0f, 7.0f}) {
        const bool isFree = std::none_of(chips.begin(), chips.end(), [&](const CellChip& chip) {
            return std::abs(chip.lineX - wanted - shift) < 5;
        });
        if (isFree)
            return wanted + shift;
    }
    return wanted;
}

CubicPath stubBetween(const Rect& chip, const Rect& box)
{
    const Point from{chip.centre().x, chip.bottom()};
    const float x = box.centre().x + std::clamp(from.x - box.centre().x, -9.0f, 9.0f);
    const float middle = (from.y + box.y) / 2;
    return {from, {from.x, middle}, {x, middle}, {x, box.y}};
}

CubicPath pathFromPill(const Rect& pill, const Rect& box)
{
    const bool isBelow = std::abs(pill.centre().x - box.centre().x) < 1;
    CubicPath path{isBelow ? Point{pill.centre().x, pill.y}
                           : Point{pill.x < box.x ? pill.right() : pill.x, pill.centre().y}};
    if (isBelow)
        lineTo(path, {box.centre().x, box.bottom()});
    else
        swingTo(path, {pill.x < box.x ? box.x : box.right(), box.centre().y});
    return path;
}

void addPill(PlacedCell& placed, int index, Point centre)
{
    const OutlineInput& input = placed.cell.outline.inputs[static_cast<size_t>(index)];
    CellPill pill{index, centredRect(centre, 30, metrics::kPillHeight), {}};
    for (const OutlineInput& use : placed.cell.outline.inputs)
        if (use.value == input.value)
            pill.paths.push_back(
                pathFromPill(pill.rect, placed.cell.boxes[static_cast<size_t>(use.op)]));
    placed.cell.pills.push_back(std::move(pill));
}

/// Beside the op that reads it, behind its chips.
void placePillsOfStack(PlacedCell& placed, const CellBlock& block)
{
    std::map<int, float> nextX;
    for (size_t i = 0; i < placed.cell.outline.inputs.size(); ++i) {
        const int op = placed.cell.outline.inputs[i].op;
        const OpPlace& place = placed.places[static_cast<size_t>(op)];
        if (&placed.blocks[static_cast<size_t>(place.block)] != &block)
            continue;
        float& x = nextX.try_emplace(op, block.centre + block.boxWidth / 2 + 22).first->second;
        for (const CellChip& chip : placed.cell.chips)
            if (placed.cell.outline.weights[static_cast<size_t>(chip.weight)].op == op)
                x = std::max(x, chip.rect.right() + 20);
        addPill(placed, static_cast<int>(i), {x, -place.height});
        x += 36;
    }
}

}

void placeFrames(PlacedCell& placed, float bandTop)
{
    for (const CellBlock& block : placed.blocks)
        for (const auto& layer : block.layers) {
            const CellOp& first = placed.cell.outline.ops[static_cast<size_t>(layer[0])];
            if (first.isLoss ||
                placed.cell.outline.layers[static_cast<size_t>(first.layer)].empty())
                continue;
            CellFrame frame = block.isStack ? stackedFrame(block, placed, layer, first.layer)
                                            : columnsFrame(block, placed, bandTop, first.layer);
            frame.layer = first.layer;
            placed.cell.frames.push_back(std::move(frame));
        }
}

void placeWeights(PlacedCell& placed)
{
    CellLayout& cell = placed.cell;
    std::map<int, int> chipsOfOp, chipsPlaced;
    for (const CellWeight& use : cell.outline.weights)
        ++chipsOfOp[use.op];
    std::map<std::pair<int, int>, std::vector<int>> rows; // ops with chips, by column
    for (size_t i = 0; i < cell.outline.weights.size(); ++i) {
        const int op = cell.outline.weights[i].op;
        const OpPlace& place = placed.places[static_cast<size_t>(op)];
        const Rect& box = cell.boxes[static_cast<size_t>(op)];
        const CellBlock& block = placed.blocks[static_cast<size_t>(place.block)];
        const bool isBeside =
            block.isStack ||
            block.columns.columns[static_cast<size_t>(place.column)].hasChipsBeside();
        auto& seen = rows[{place.block, place.column}];
        if (std::find(seen.begin(), seen.end(), op) == seen.end())
            seen.push_back(op);
        const float slot = static_cast<float>(chipsPlaced[op]++);
        CellChip chip;
        chip.weight = static_cast<int>(i);
        if (isBeside) {
            // every second row half a chip farther, so that its lines pass between the others
            const bool isShifted =
                !block.isStack && std::find(seen.begin(), seen.end(), op) - seen.begin() == 1;
            const float boxWidth =
                block.isStack
                    ? block.centre + block.boxWidth / 2
                    : place.left +
                          block.columns.columns[static_cast<size_t>(place.column)].boxWidth;
            const float x = boxWidth + metrics::kChipGap +
                            (slot + (isShifted ? 0.5f : 0.0f)) * metrics::kChipPitch;
            chip.rect = {x, box.centre().y - metrics::kChipHeight / 2, metrics::kChipWidth,
                         metrics::kChipHeight};
        } else {
            const float middle = static_cast<float>(chipsOfOp[op] - 1) / 2;
            const Point centre{box.centre().x + (slot - middle) * metrics::kChipPitch,
                               box.y - metrics::kChipGap - metrics::kChipHeight / 2};
            chip.rect = centredRect(centre, metrics::kChipWidth, metrics::kChipHeight);
            chip.stub = stubBetween(chip.rect, box);
        }
        chip.lineX = freeLine(cell.chips, chip.rect.centre().x);
        cell.chips.push_back(std::move(chip));
    }
}

void placePills(PlacedCell& placed)
{
    for (const CellBlock& block : placed.blocks) {
        for (const Column& column : block.columns.columns)
            for (const ColumnItem& item : column.items)
                if (item.input >= 0)
                    addPill(placed, item.input,
                            {block.left + metrics::kFramePadding + column.centre(),
                             -(item.height + placed.raise)});
        if (block.isStack)
            placePillsOfStack(placed, block);
    }
}

}
