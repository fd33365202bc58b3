#pragma once

#include <QWidget>

namespace backstep {

class GraphView;

/// The strip over the canvas: which bands, the legend, the zoom.
class CanvasHeader : public QWidget
{
    Q_OBJECT
public:
    explicit CanvasHeader(GraphView& view);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF segmentRect(int index) const;
    QRectF fitRect() const;
    void paintSegments(QPainter& painter) const;
    /// Entries from the right, as many as there is room for.
    void paintLegend(QPainter& painter) const;
    int hitAt(QPointF position) const; ///< segment, 3 for the fit button, -1

    GraphView& m_view;
    int m_hovered = -1;
};

}
