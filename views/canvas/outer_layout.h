#pragma once

#include "views/canvas/cell_outline.h"
#include "views/canvas/geometry.h"

#include <set>
#include <unordered_map>

namespace backstep {

/// A box outside every timeline: one op with its gradient, or a folded scope of many.
struct OuterBox {
    std::vector<NodeId> forward; ///< one, or the members of a folded scope
    std::vector<NodeId> backward;
    /// Of a box without backward ops of its own, since it hands cotangents on as they are: the ops
    /// that they come from.
    std::vector<NodeId> arrivals;
    std::string label, layer;
    std::string scope; ///< of a folded box: its name; unfolds when activated
    Rect rect;         ///< forward band, y up to 0
    bool isLoss = false;
    bool isFolded() const { return forward.size() > 1; }
    /// The gradient of the box is done when these are.
    const std::vector<NodeId>& gradientOps() const
    {
        return backward.empty() ? arrivals : backward;
    }
};

struct OuterEdge {
    int from = 0, to = 0;
    CubicPath path;
};

/// The ops of the top region: before the timelines (x below 0), behind them (x counts from their
/// right end), or all of the graph when it has no timeline.
struct OuterLayout {
    std::vector<OuterBox> boxes;
    std::vector<OuterEdge> edges;
    std::vector<bool> isBehind; ///< by box: stands right of the timelines
    float left = 0, right = 0;  ///< how far the boxes reach beyond the timelines
    float top = 0;              ///< negative
    size_t opCount = 0;
    std::unordered_map<uint32_t, int> boxOfNode;
};

/// Above this many boxes the graph is shown folded.
inline constexpr size_t kMostOuterBoxes = 300;

/// What is to be laid out; made where the text can be measured.
struct OuterOutline {
    std::vector<OuterBox> boxes;
    struct Link {
        int from, to;
    };
    std::vector<Link> links;
    static constexpr int kTimelines = -1; ///< the end of a link at a Scan
    bool hasTimelines = false;
    size_t opCount = 0;
};

/// `unfolded` holds scopes that the user opened.
OuterOutline outlineOuter(const Graph& graph, const std::set<std::string>& unfolded,
                          const TextWidth& textWidth);

/// Runs dot; any thread.
OuterLayout layoutOuter(OuterOutline outline);

}
