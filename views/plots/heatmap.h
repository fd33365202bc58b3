#pragma once

#include <QColor>
#include <QRectF>

#include <span>
#include <vector>

class QPainter;

namespace backstep {

/// Cells in rows, with the largest finite magnitude among all values they stand for.
struct HeatmapCells {
    int rowCount = 0, columnCount = 0;
    std::vector<double> values; ///< row by row
    double limit = 0;

    /// `values` seen as rows of `columns`, thinned to at most `maxRows` x `maxColumns` cells.
    static HeatmapCells of(std::span<const double> values, int columns, int maxRows,
                           int maxColumns);
};

/// Blue below zero, orange above, the neutral colour at exactly zero; ramp |v|^0.8.
QColor divergingColour(double value, double limit);
/// NaN is a checker pattern, Inf solid black or white. Cells wider than 8 px stand 1 px apart.
void paintHeatmap(QPainter& painter, const QRectF& area, const HeatmapCells& cells);
/// The ramp from -limit to +limit as a legend.
void paintHeatmapLegend(QPainter& painter, const QRectF& area);

}
