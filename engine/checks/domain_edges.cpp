#include "engine/checks/domain_edges.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace backstep {

namespace {

struct Edge {
    const char* op;
    size_t input;
    double at;
    double period = 0; ///< 0: the edge does not repeat
};

constexpr Edge kEdges[] = {
    {"Log", 0, 0},        {"Sqrt", 0, 0},
    {"Reciprocal", 0, 0}, {"Div", 1, 0},
    {"Pow", 0, 0},        {"Mod", 1, 0},
    {"Acos", 0, 1},       {"Acos", 0, -1},
    {"Asin", 0, 1},       {"Asin", 0, -1},
    {"Atanh", 0, 1},      {"Atanh", 0, -1},
    {"Acosh", 0, 1},      {"Tan", 0, std::numbers::pi / 2, std::numbers::pi},
};

}

double distanceToEdge(const Node& node, size_t input, double x)
{
    double distance = std::numeric_limits<double>::infinity();
    for (const Edge& edge : kEdges) {
        if (!node.op.is(edge.op) || edge.input != input)
            continue;
        const double away =
            edge.period == 0 ? x - edge.at : std::remainder(x - edge.at, edge.period);
        distance = std::min(distance, std::abs(away));
    }
    return distance;
}

}
