#pragma once

#include "views/plots/curves.h"

#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

namespace backstep {

/// Numbers that a run gives one after the other, over its steps, on a log scale: named lines with
/// their last value beside them, and a read-out at the pointer. A line of exact zeros has a place
/// of its own at the foot, since log has none for it.
class SeriesPlot : public QWidget
{
public:
    struct Series {
        QString name;
        std::vector<double> y; ///< by step, from 0 on; all above 0, or all 0
        QColor colour;
        Curve::Line line = Curve::Line::Solid;
    };
    SeriesPlot(const QString& title, const QString& emptyText, QWidget* parent = nullptr);
    /// `stepCount`: how far the axis goes, whatever has come so far.
    void setSeries(std::vector<Series> series, int stepCount);
    QSize minimumSizeHint() const override { return {220, 90}; }

protected:
    void paintEvent(QPaintEvent*) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent*) override;

private:
    CurveFrame range() const;
    QRectF plotArea() const;
    void paintGrid(QPainter& painter, const CurveFrame& frame) const;
    void paintLine(QPainter& painter, const Series& series, const CurveFrame& frame) const;
    void paintNames(QPainter& painter, const CurveFrame& frame) const;
    void paintReadOut(QPainter& painter, const CurveFrame& frame) const;

    QString m_title, m_emptyText;
    std::vector<Series> m_series;
    int m_stepCount = 1;
    std::optional<double> m_pointerX; ///< in pixels
};

}
