#pragma once

#include "views/canvas/canvas_painter.h"

#include <QPixmap>
#include <QWidget>

namespace backstep {

class GraphView;

/// The whole graph in a strip under the canvas, with the part in view framed; a click or a drag
/// moves the view.
class OverviewStrip : public QWidget
{
    Q_OBJECT
public:
    /// The view must outlive the strip.
    explicit OverviewStrip(GraphView& view, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {400, 52}; }
    QSize minimumSizeHint() const override { return {120, 30}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    QRectF mapRect() const;
    Camera overviewCamera() const;
    void renderMap();
    void paintTicks(QPainter& painter, const Camera& camera) const;
    void moveTo(double x);
    void invalidate();

    GraphView& m_view;
    CanvasPainter m_painter;
    QPixmap m_map; ///< redrawn only when the state changes
};

}
