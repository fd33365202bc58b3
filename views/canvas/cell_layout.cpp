#include "views/canvas/cell_layout.h"

#include "views/canvas/cell_blocks.h"
#include "views/canvas/cell_edges.h"
#include "views/canvas/cell_marks.h"
#include "views/canvas/metrics.h"

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr float kStackHead = ///< from the last box's centre to its frame's top
    metrics::kBoxHeight / 2 + metrics::kMarkRoom + metrics::kLayerLine + 1;
constexpr float kLayerGap = 22; ///< more than the pitch: a frame's head, a gap, the next one's foot

class CellBuilder
{
public:
    CellBuilder(CellOutline outline, float leastPeriod) : m_leastPeriod(leastPeriod)
    {
        m_cell.outline = std::move(outline);
        m_onTop = carriesOnTop(m_cell.outline);
        m_blocks = blocksOf(m_cell.outline, m_onTop);
        m_places.resize(m_cell.outline.ops.size());
        m_cell.boxes.resize(m_cell.outline.ops.size());
    }

    CellLayout build()
    {
        const auto bottomLanes = std::count(m_onTop.begin(), m_onTop.end(), false);
        m_raise = metrics::kLanePitch * static_cast<float>(std::max<long>(0, bottomLanes - 1));
        placeBlocks();
        placeLosses(placeLanes());
        PlacedCell placed{m_cell,  m_blocks, m_places,     m_laneHeights,
                          m_onTop, m_raise,  m_bandTop + 5};
        routeEdges(placed);
        placeFrames(placed, m_bandTop);
        placeWeights(placed);
        placePills(placed);
        placeSumLanes(m_cell);
        if (m_cell.outline.direction == Direction::Reverse)
            mirrorTime(m_cell);
        return std::move(m_cell);
    }

private:
    void placeOp(int op, float x, float height, OpPlace place)
    {
        const size_t index = static_cast<size_t>(op);
        m_cell.boxes[index] =
            centredRect({x, -height}, m_cell.outline.ops[index].width, metrics::kBoxHeight);
        place.height = height;
        m_places[index] = place;
    }

    void placeBlocks()
    {
        float x = metrics::kCellMargin;
        for (size_t i = 0; i < m_blocks.size(); ++i) {
            CellBlock& block = m_blocks[i];
            block.left = std::round(x);
            if (block.isStack)
                placeStack(static_cast<int>(i));
            else
                placeColumns(static_cast<int>(i));
            x = block.left + block.width + metrics::kFrameGap;
        }
        m_cell.period =
            std::max(m_leastPeriod, std::ceil(x - metrics::kFrameGap + metrics::kCellMargin));
        m_bandTop = std::max(m_bandTop, metrics::kFirstRow + metrics::kFrameHead + m_raise);
    }

    void placeColumns(int index)
    {
        const CellBlock& block = m_blocks[static_cast<size_t>(index)];
        const float inner = block.left + metrics::kFramePadding;
        const int layer = m_cell.outline.ops[static_cast<size_t>(block.layers[0].front())].layer;
        // the columns that the layer's name stands over, from the frame's inner left
        const float labelEnd =
            m_cell.outline.layerWidths[static_cast<size_t>(layer)] + metrics::kMarkRoom;
        for (size_t c = 0; c < block.columns.columns.size(); ++c) {
            const Column& column = block.columns.columns[c];
            for (size_t row = 0; row < column.items.size(); ++row) {
                const ColumnItem& item = column.items[row];
                if (column.left < labelEnd)
                    m_bandTop =
                        std::max(m_bandTop, item.height + item.above + m_raise +
                                                metrics::kMarkRoom + metrics::kLayerLine + 2);
                if (item.op >= 0)
                    placeOp(item.op, inner + column.centre(), item.height + m_raise,
                            {index, static_cast<int>(c), static_cast<int>(row), inner + column.left,
                             inner + column.left + column.width, 0});
            }
        }
        m_bandTop = std::max(m_bandTop, block.columns.top + m_raise + metrics::kFrameHead);
    }

    bool isLoss(const std::vector<int>& layer) const
    {
        return m_cell.outline.ops[static_cast<size_t>(layer[0])].isLoss;
    }

    void placeStack(int index)
    {
        CellBlock& block = m_blocks[static_cast<size_t>(index)];
        block.centre = block.left + 4 + std::round(block.boxWidth / 2);
        block.spine = block.centre - 12;
        float height = metrics::kFirstRow + m_raise;
        int row = 0;
        for (const auto& layer : block.layers) {
            if (isLoss(layer))
                continue;
            for (int op : layer) {
                placeOp(op, block.centre, height,
                        {index, 0, row++, block.left, block.left + block.width, 0});
                height += metrics::kChainPitch;
            }
            m_bandTop = std::max(m_bandTop, height - metrics::kChainPitch + kStackHead);
            height += kLayerGap;
        }
    }

    /// Lanes next to the axis, then those above the frames. Returns where the losses may begin.
    float placeLanes()
    {
        float low = metrics::kLaneStart, high = m_bandTop + 11;
        for (size_t i = 0; i < m_onTop.size(); ++i) {
            float& next = m_onTop[i] ? high : low;
            m_laneHeights.push_back(next);
            m_cell.carryLanes.push_back({m_cell.outline.carries[i], -next, static_cast<int>(i)});
            next += metrics::kLanePitch;
        }
        return high > m_bandTop + 11 ? high + 11 : m_bandTop + 20;
    }

    void placeLosses(float height)
    {
        float top = height - 11;
        for (size_t i = 0; i < m_blocks.size(); ++i) {
            const CellBlock& block = m_blocks[i];
            float next = height;
            int row = 100; // above every layer
            for (const auto& layer : block.layers) {
                if (!block.isStack || !isLoss(layer))
                    continue;
                row = static_cast<int>(layersBelow(block));
                for (int op : layer) {
                    placeOp(
                        op, block.centre, next,
                        {static_cast<int>(i), 0, row++, block.left, block.left + block.width, 0});
                    top = std::max(top, next + metrics::kBoxHeight / 2);
                    next += metrics::kChainPitch;
                }
            }
        }
        m_cell.top = -(top + 6);
    }

    size_t layersBelow(const CellBlock& block) const
    {
        size_t ops = 0;
        for (const auto& layer : block.layers)
            if (!isLoss(layer))
                ops += layer.size();
        return ops;
    }

    CellLayout m_cell;
    std::vector<bool> m_onTop;
    std::vector<CellBlock> m_blocks;
    std::vector<OpPlace> m_places;
    std::vector<float> m_laneHeights;
    float m_leastPeriod;
    float m_raise = 0; ///< of all ops, when several lanes run next to the axis
    float m_bandTop = 0;
};

}

CellLayout layoutCell(CellOutline outline, float leastPeriod)
{
    return CellBuilder(std::move(outline), leastPeriod).build();
}

}
