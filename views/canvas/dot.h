#pragma once

#include "views/canvas/geometry.h"

#include <vector>

namespace backstep {

/// What Graphviz is asked: boxes and arrows by number. No text goes there, so no name needs
/// quoting.
struct DotRequest {
    struct Node {
        float width = 0, height = 0;
    };
    struct Edge {
        int from = 0, to = 0;
        int weight = 1;
    };
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    std::vector<std::vector<int>> sameRank; ///< each list stands in one column
    float nodeGap = 8, rankGap = 16;
};

/// Left to right, y downwards. A spline is a cubic path from its edge's tail to its head; empty
/// where Graphviz drew none.
struct DotResult {
    std::vector<Point> centres;
    std::vector<CubicPath> splines;
    float width = 0, height = 0;
};

/// More nodes than this are never handed to dot; its time grows steeply.
inline constexpr int kMostDotNodes = 300;

/// Lays out with dot, left to right. libgvc has global state: calls are serialised.
DotResult runDot(const DotRequest& request);

}
