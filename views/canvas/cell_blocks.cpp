#include "views/canvas/cell_blocks.h"

#include "views/canvas/metrics.h"

#include <algorithm>
#include <set>

namespace backstep {

namespace {

constexpr size_t kMostOpsStacked = 5; ///< ops in one stack before the next one begins

bool feeds(const CellOutline& outline, int from, int to)
{
    return std::any_of(outline.links.begin(), outline.links.end(), [&](const CellLink& link) {
        return link.from == from && link.to == to && link.carry < 0;
    });
}

/// Every op feeds the next and nothing else of its layer; no carry touches it.
bool isPlainChain(const CellOutline& outline, const std::vector<int>& ops)
{
    if (ops.size() > kMostOpsStacked)
        return false;
    const std::set<int> members(ops.begin(), ops.end());
    size_t inside = 0;
    for (const CellLink& link : outline.links) {
        if (link.carry >= 0 && (members.contains(link.from) || members.contains(link.to)))
            return false;
        inside += link.carry < 0 && members.contains(link.from) && members.contains(link.to);
    }
    for (size_t i = 1; i < ops.size(); ++i)
        if (!feeds(outline, ops[i - 1], ops[i]))
            return false;
    return inside + 1 == ops.size();
}

size_t opCount(const CellBlock& stack)
{
    size_t count = 0;
    for (const auto& layer : stack.layers)
        count += layer.size();
    return count;
}

bool canStack(const CellOutline& outline, const CellBlock& stack, const std::vector<int>& ops)
{
    if (!stack.isStack || !feeds(outline, stack.layers.back().back(), ops.front()))
        return false;
    const bool isLoss = outline.ops[static_cast<size_t>(ops.front())].isLoss;
    return isLoss || opCount(stack) + ops.size() <= kMostOpsStacked;
}

void measureStack(const CellOutline& outline, CellBlock& stack)
{
    size_t mostChips = 0;
    for (const auto& layer : stack.layers)
        for (int op : layer) {
            stack.boxWidth = std::max(stack.boxWidth, outline.ops[static_cast<size_t>(op)].width);
            const auto chips = std::count_if(outline.weights.begin(), outline.weights.end(),
                                             [&](const CellWeight& use) { return use.op == op; });
            const auto pills = std::count_if(outline.inputs.begin(), outline.inputs.end(),
                                             [&](const OutlineInput& use) { return use.op == op; });
            mostChips = std::max(mostChips, static_cast<size_t>(chips + 2 * pills));
        }
    const float chips = static_cast<float>(mostChips) * metrics::kChipPitch;
    stack.width = stack.boxWidth + (mostChips > 0 ? chips + 2 : 0) + 2 * 4;
}

}

std::vector<CellBlock> blocksOf(const CellOutline& outline, const std::vector<bool>& carryOnTop)
{
    std::vector<std::vector<int>> layers(outline.layers.size());
    for (size_t i = 0; i < outline.ops.size(); ++i)
        layers[static_cast<size_t>(outline.ops[i].layer)].push_back(static_cast<int>(i));
    std::vector<CellBlock> blocks;
    for (std::vector<int>& ops : layers) {
        if (ops.empty())
            continue;
        if (isPlainChain(outline, ops)) {
            if (blocks.empty() || !canStack(outline, blocks.back(), ops))
                blocks.emplace_back().isStack = true;
            blocks.back().layers.push_back(std::move(ops));
        } else {
            CellBlock block;
            block.columns = layoutColumns(outline, ops, carryOnTop);
            block.width = block.columns.width + 2 * metrics::kFramePadding;
            block.layers.push_back(std::move(ops));
            blocks.push_back(std::move(block));
        }
    }
    for (CellBlock& block : blocks)
        if (block.isStack)
            measureStack(outline, block);
    return blocks;
}

}
