#pragma once

#include "views/canvas/cell_layout.h"
#include "views/canvas/outer_layout.h"

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace backstep {

enum class Band : uint8_t { Forward, Backward };
enum class Bands : uint8_t { Forward, Backward, Both };

struct SceneRect {
    double x = 0, y = 0, width = 0, height = 0;
};

/// One timeline on the canvas: a cell repeated `stepCount` times. Its axis lies at `axisY`.
struct TimelineStrip {
    std::shared_ptr<const CellLayout> cell;
    double axisY = 0;
    int64_t stepCount = 0;
    double period() const { return cell->period; }
    double width() const { return cell->period * static_cast<double>(stepCount); }
};

/// A box as drawn: the op of a cell at a timestep, or a box outside every timeline (strip -1).
struct BoxRef {
    int strip = -1;
    int box = -1;
    Band band = Band::Forward;
    int64_t t = 0;
    bool operator==(const BoxRef&) const = default;
    bool isValid() const { return box >= 0; }
};

struct StripLink;

/// The whole picture without any state: timelines under each other from x = 0 on, the ops outside
/// them at both sides. Immutable; positions of instances are arithmetic.
class Scene
{
public:
    Scene(std::shared_ptr<const Graph> graph, std::vector<std::shared_ptr<const CellLayout>> cells,
          std::shared_ptr<const OuterLayout> outer);
    ~Scene();

    const Graph& graph() const { return *m_graph; }
    const std::vector<TimelineStrip>& strips() const { return m_strips; }
    const OuterLayout& outer() const { return *m_outer; }
    const std::vector<StripLink>& stripLinks() const { return m_stripLinks; }
    /// Index of the timeline whose timesteps the header counts; -1 without one.
    int mainStrip() const { return m_mainStrip; }
    bool hasBackward() const { return m_hasBackward; }
    SceneRect bounds(Bands bands) const;
    /// Without the ops outside the timelines, where there are timelines.
    SceneRect timelineBounds(Bands bands) const;

    SceneRect rectOf(const BoxRef& box) const;
    /// The timestep that x lies in, clamped to the timeline.
    int64_t timestepAt(int strip, double x) const;
    BoxRef boxAt(double x, double y, Bands bands) const;

    /// Where an op instance is drawn; an invalid one for nodes that have no box.
    BoxRef boxOf(const OpAddress& address) const;
    /// The op that a box stands for: of a gradient box its first backward node, and the forward op
    /// where no gradient is computed.
    OpAddress addressOf(const BoxRef& box) const;
    NodeId forwardOf(const BoxRef& box) const;
    const std::vector<NodeId>& backwardOf(const BoxRef& box) const;
    /// The box above or below in the other band.
    BoxRef partnerOf(const BoxRef& box) const;
    /// The box that an arrow leads to (or comes from), if there is one.
    std::optional<BoxRef> along(const BoxRef& box, bool withTime) const;

private:
    std::optional<BoxRef> neighbour(const BoxRef& box, const CellLink& link, bool downstream) const;

    std::shared_ptr<const Graph> m_graph;
    std::vector<TimelineStrip> m_strips;
    std::vector<StripLink> m_stripLinks;
    std::shared_ptr<const OuterLayout> m_outer;
    struct Place {
        int strip, box;
    };
    std::unordered_map<uint32_t, Place> m_placeOf;
    int m_mainStrip = -1;
    double m_top = 0, m_bottom = 0;
    bool m_hasBackward = false;
};

}
