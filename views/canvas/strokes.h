#pragma once

#include "engine/autodiff/report.h"
#include "views/canvas/geometry.h"
#include "views/canvas/looks.h"
#include "views/style/palette.h"

#include <QPainter>
#include <QPainterPath>
#include <QTransform>

#include <array>

namespace backstep {

/// How a line is drawn: a colour never speaks alone, so each has a pattern of its own.
enum class Stroke : uint8_t {
    ForwardDone,
    ForwardAhead,
    GradientDone,
    GradientAhead, ///< not reached: dotted
    ZeroDone,      ///< double
    ZeroAhead,     ///< starved, single
    Lost,          ///< dashed
    Blocked,       ///< dashed, colour of failure
    Saved,         ///< from a kept value to the gradient that reads it
};
inline constexpr int kStrokeCount = 9;

Stroke forwardStroke(bool isDone);
Stroke gradientStroke(Flow flow, bool isDone);
QColor inkOf(Stroke stroke, const Palette& palette);

QPainterPath painterPath(const CubicPath& path);

/// Lines of one kind are one path: a pen change an edge would cost more than the drawing.
class StrokeBatch
{
public:
    enum Head : uint8_t { NoHead, AtEnd, AtStart };
    /// `map` takes the path to device pixels.
    void add(Stroke stroke, const CubicPath& path, const QTransform& map, Head head);
    /// `scale` is for pens and arrowheads; heads are left out when it is small.
    void paint(QPainter& painter, const Palette& palette, double scale) const;

private:
    struct Arrow {
        QPointF tip, direction;
    };
    std::array<QPainterPath, kStrokeCount> m_lines;
    std::array<std::vector<Arrow>, kStrokeCount> m_arrows;
};

}
