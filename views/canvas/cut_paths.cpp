#include "views/canvas/cut_paths.h"

#include "views/canvas/strip_links.h"

#include <algorithm>

namespace backstep {

namespace {

/// All boxes of a scene as one row: the cells' ops strip by strip, then the boxes outside.
class Boxes
{
public:
    explicit Boxes(const Scene& scene) : m_scene(scene)
    {
        for (const TimelineStrip& strip : scene.strips()) {
            m_first.push_back(m_count);
            m_count += strip.cell->outline.ops.size();
        }
        m_first.push_back(m_count);
        m_count += scene.outer().boxes.size();
        link();
    }
    size_t indexOf(int strip, int box) const
    {
        return (strip < 0 ? m_first.back() : m_first[static_cast<size_t>(strip)]) +
               static_cast<size_t>(box);
    }
    /// What is reached from the seeds, along the forward pass or against it.
    std::vector<bool> reached(const std::vector<size_t>& seeds, bool isForward) const
    {
        std::vector<bool> found(m_count);
        std::vector<size_t> waiting = seeds;
        while (!waiting.empty()) {
            const size_t at = waiting.back();
            waiting.pop_back();
            if (found[at])
                continue;
            found[at] = true;
            for (const auto& [from, to] : m_links)
                if ((isForward ? from : to) == at)
                    waiting.push_back(isForward ? to : from);
        }
        return found;
    }
    std::vector<size_t> readersOf(const std::vector<ValueId>& weights) const
    {
        std::vector<size_t> readers;
        const auto isWanted = [&](ValueId value) {
            return value != kNoValue &&
                   std::find(weights.begin(), weights.end(), value) != weights.end();
        };
        for (size_t strip = 0; strip < m_scene.strips().size(); ++strip)
            for (const CellWeight& use : m_scene.strips()[strip].cell->outline.weights)
                if (isWanted(use.weight))
                    readers.push_back(indexOf(static_cast<int>(strip), use.op));
        const std::vector<OuterBox>& outer = m_scene.outer().boxes;
        for (size_t box = 0; box < outer.size(); ++box)
            for (const NodeId id : outer[box].forward)
                for (const ValueId input : m_scene.graph().node(id).inputs)
                    if (isWanted(input))
                        readers.push_back(indexOf(-1, static_cast<int>(box)));
        return readers;
    }

private:
    void link()
    {
        for (size_t strip = 0; strip < m_scene.strips().size(); ++strip)
            for (const CellLink& link : m_scene.strips()[strip].cell->outline.links)
                if (link.from >= 0 && link.to >= 0)
                    m_links.emplace_back(indexOf(static_cast<int>(strip), link.from),
                                         indexOf(static_cast<int>(strip), link.to));
        for (const StripLink& link : m_scene.stripLinks())
            if (link.fromOp >= 0 && link.toOp >= 0)
                m_links.emplace_back(indexOf(link.from, link.fromOp), indexOf(link.to, link.toOp));
        for (const OuterEdge& edge : m_scene.outer().edges)
            if (edge.from >= 0 && edge.to >= 0)
                m_links.emplace_back(indexOf(-1, edge.from), indexOf(-1, edge.to));
    }

    const Scene& m_scene;
    std::vector<size_t> m_first; ///< index of each strip's first op, then of the first outer box
    size_t m_count = 0;
    std::vector<std::pair<size_t, size_t>> m_links; ///< from, to
};

}

bool CutPaths::isFor(ValueId weight) const
{
    return std::find(weights.begin(), weights.end(), weight) != weights.end();
}

CutPaths cutPathsOf(const Scene& scene, NodeId cut, const std::vector<ValueId>& weights)
{
    const BoxRef at = scene.boxOf({cut, TimestepPath{}.then(0)});
    if (!at.isValid() || weights.empty())
        return {};
    const Boxes boxes(scene);
    const std::vector<bool> above = boxes.reached({boxes.indexOf(at.strip, at.box)}, false);
    const std::vector<bool> below = boxes.reached(boxes.readersOf(weights), true);
    CutPaths paths;
    paths.weights = weights;
    const auto isBetween = [&](int strip, size_t box) {
        const size_t index = boxes.indexOf(strip, static_cast<int>(box));
        return above[index] && below[index];
    };
    for (size_t strip = 0; strip < scene.strips().size(); ++strip) {
        std::vector<bool>& ops = paths.ops.emplace_back();
        for (size_t op = 0; op < scene.strips()[strip].cell->outline.ops.size(); ++op)
            ops.push_back(isBetween(static_cast<int>(strip), op));
    }
    for (size_t box = 0; box < scene.outer().boxes.size(); ++box)
        paths.outer.push_back(isBetween(-1, box));
    return paths;
}

}
