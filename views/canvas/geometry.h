#pragma once

#include <algorithm>
#include <vector>

namespace backstep {

/// Units of the canvas: one is a pixel at 100 % zoom. Float suffices inside one timestep's cell;
/// what multiplies by a timestep is double.
struct Point {
    float x = 0, y = 0;
};

struct Rect {
    float x = 0, y = 0, width = 0, height = 0;
    float right() const { return x + width; }
    float bottom() const { return y + height; }
    Point centre() const { return {x + width / 2, y + height / 2}; }
    bool contains(Point p) const { return p.x >= x && p.x < right() && p.y >= y && p.y < bottom(); }
    bool intersects(const Rect& other) const
    {
        return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
    }
    Rect united(const Rect& other) const
    {
        const float left = std::min(x, other.x), top = std::min(y, other.y);
        return {left, top, std::max(right(), other.right()) - left,
                std::max(bottom(), other.bottom()) - top};
    }
    /// About the line y = 0: where the backward band has what the forward band has here.
    Rect mirrored() const { return {x, -bottom(), width, height}; }
};

inline Rect centredRect(Point centre, float width, float height)
{
    return {centre.x - width / 2, centre.y - height / 2, width, height};
}

/// A start point, then three control points a cubic segment.
using CubicPath = std::vector<Point>;

inline void lineTo(CubicPath& path, Point to)
{
    const Point from = path.back();
    path.push_back({from.x + (to.x - from.x) / 3, from.y + (to.y - from.y) / 3});
    path.push_back({from.x + (to.x - from.x) * 2 / 3, from.y + (to.y - from.y) * 2 / 3});
    path.push_back(to);
}

/// Leaves and arrives horizontally.
inline void swingTo(CubicPath& path, Point to)
{
    const Point from = path.back();
    if (from.y == to.y)
        return lineTo(path, to);
    const float reach = (to.x - from.x) * 0.6f;
    path.push_back({from.x + reach, from.y});
    path.push_back({to.x - reach, to.y});
    path.push_back(to);
}

inline Point cubicAt(const Point* p, float s)
{
    const float r = 1 - s, a = r * r * r, b = 3 * r * r * s, c = 3 * r * s * s, d = s * s * s;
    return {a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x,
            a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}

}
