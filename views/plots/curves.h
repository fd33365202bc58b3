#pragma once

#include <QColor>
#include <QRectF>

#include <cstdint>
#include <vector>

class QPainter;

namespace backstep {

/// A function of one number in a plot, sampled at equal distances from left to right. Jumps are
/// drawn as gaps.
struct Curve {
    enum class Line : uint8_t { Solid, Dashed, Double };
    std::vector<double> y;
    QColor colour;
    Line line = Line::Solid;
};

struct CurveFrame {
    double left = -2, right = 2, bottom = -1.25, top = 1.25;
};

/// Curves over one horizontal axis with a few ticks, and a zero line.
void paintCurves(QPainter& painter, const QRectF& area, const CurveFrame& frame,
                 const std::vector<Curve>& curves);

}
