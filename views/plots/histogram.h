#pragma once

#include <QColor>
#include <QRectF>

#include <span>
#include <vector>

class QPainter;

namespace backstep {

/// How many finite values lie in each of equal bins between minimum and maximum.
struct Histogram {
    std::vector<int64_t> counts;
    double minimum = 0, maximum = 0;

    /// Equal values, such as all zeros, make one full bin in the middle.
    static Histogram of(std::span<const double> values, int binCount);
};

/// Bars 1 px apart, standing on a line.
void paintHistogram(QPainter& painter, const QRectF& area, const Histogram& histogram,
                    const QColor& colour);

}
