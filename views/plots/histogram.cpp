#include "views/plots/histogram.h"

#include "views/style/palette.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace backstep {

Histogram Histogram::of(std::span<const double> values, int binCount)
{
    Histogram histogram;
    histogram.counts.assign(static_cast<size_t>(binCount), 0);
    bool isFirst = true;
    for (double value : values) {
        if (!std::isfinite(value))
            continue;
        histogram.minimum = isFirst ? value : std::min(histogram.minimum, value);
        histogram.maximum = isFirst ? value : std::max(histogram.maximum, value);
        isFirst = false;
    }
    const double width = (histogram.maximum - histogram.minimum) / binCount;
    for (double value : values) {
        if (!std::isfinite(value))
            continue;
        const int bin =
            width > 0 ? static_cast<int>((value - histogram.minimum) / width) : binCount / 2;
        ++histogram.counts[static_cast<size_t>(std::clamp(bin, 0, binCount - 1))];
    }
    return histogram;
}

void paintHistogram(QPainter& painter, const QRectF& area, const Histogram& histogram,
                    const QColor& colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), Palette::current().rule);
    const int64_t most = histogram.counts.empty()
                             ? 0
                             : *std::max_element(histogram.counts.begin(), histogram.counts.end());
    QColor bar = colour;
    bar.setAlphaF(0.75F);
    const double pitch = area.width() / std::max<size_t>(1, histogram.counts.size());
    for (size_t i = 0; i < histogram.counts.size(); ++i) {
        if (histogram.counts[i] == 0)
            continue;
        // A bin that is not empty is never invisible.
        const double height =
            std::max(1.0, area.height() * static_cast<double>(histogram.counts[i]) /
                              static_cast<double>(most));
        painter.fillRect(QRectF(area.left() + static_cast<double>(i) * pitch,
                                area.bottom() - height, std::max(1.0, pitch - 1), height),
                         bar);
    }
    painter.restore();
}

}
