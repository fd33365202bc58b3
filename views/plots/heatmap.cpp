#include "views/plots/heatmap.h"

#include "views/style/palette.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

QColor mixed(const QColor& from, const QColor& to, double share)
{
    const auto between = [&](int a, int b) { return qRound(a + (b - a) * share); };
    return QColor(between(from.red(), to.red()), between(from.green(), to.green()),
                  between(from.blue(), to.blue()));
}

}

HeatmapCells HeatmapCells::of(std::span<const double> values, int columns, int maxRows,
                              int maxColumns)
{
    HeatmapCells cells;
    if (values.empty() || columns <= 0)
        return cells;
    const int rows = static_cast<int>(values.size()) / columns;
    cells.rowCount = std::min(rows, maxRows);
    cells.columnCount = std::min(columns, maxColumns);
    for (double value : values)
        if (std::isfinite(value))
            cells.limit = std::max(cells.limit, std::abs(value));
    cells.values.reserve(static_cast<size_t>(cells.rowCount * cells.columnCount));
    for (int row = 0; row < cells.rowCount; ++row)
        for (int column = 0; column < cells.columnCount; ++column) {
            const int64_t sourceRow = int64_t(row) * rows / cells.rowCount;
            const int64_t sourceColumn = int64_t(column) * columns / cells.columnCount;
            cells.values.push_back(values[static_cast<size_t>(sourceRow * columns + sourceColumn)]);
        }
    return cells;
}

QColor divergingColour(double value, double limit)
{
    const Palette& palette = Palette::current();
    if (value == 0 || limit == 0)
        return palette.neutral;
    const double share = std::pow(std::min(1.0, std::abs(value) / limit), 0.8);
    return mixed(palette.neutral, value < 0 ? palette.negative : palette.positive, share);
}

void paintHeatmap(QPainter& painter, const QRectF& area, const HeatmapCells& cells)
{
    const Palette& palette = Palette::current();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    painter.fillRect(area, palette.neutral);
    const double width = area.width() / std::max(1, cells.columnCount);
    const double height = area.height() / std::max(1, cells.rowCount);
    const double gap = width > 8 && height > 8 ? 1 : 0;
    for (int row = 0; row < cells.rowCount; ++row) {
        for (int column = 0; column < cells.columnCount; ++column) {
            const double value =
                cells.values[static_cast<size_t>(row * cells.columnCount + column)];
            if (value == 0)
                continue;
            // Borders from products, so that neighbours meet without a seam.
            const QRectF cell(QPointF(area.left() + column * width, area.top() + row * height),
                              QPointF(area.left() + (column + 1) * width - gap,
                                      area.top() + (row + 1) * height - gap));
            if (std::isnan(value)) {
                painter.fillRect(cell, palette.panel);
                painter.fillRect(cell, QBrush(palette.text, Qt::Dense4Pattern));
            } else if (std::isinf(value)) {
                painter.fillRect(cell, value > 0 ? Qt::black : Qt::white);
            } else {
                painter.fillRect(cell, divergingColour(value, cells.limit));
            }
        }
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(palette.rule);
    painter.drawRect(area.adjusted(0, 0, -1, -1));
    painter.restore();
}

void paintHeatmapLegend(QPainter& painter, const QRectF& area)
{
    for (double x = 0; x < area.width(); ++x)
        painter.fillRect(QRectF(area.left() + x, area.top(), 1, area.height()),
                         divergingColour(2 * x / area.width() - 1, 1));
}

}
