#pragma once

#include "engine/session/gradient_looks.h"
#include "views/plots/histogram.h"
#include "views/plots/plot_frame.h"

#include <QWidget>

#include <optional>

namespace backstep {

/// An op of one number, its true derivative and the gradient that is typed, over one axis with the
/// histogram of the values that the op saw. A cross-hair, by mouse or arrow keys, reads them.
class GradientPlot : public QWidget
{
    Q_OBJECT
public:
    explicit GradientPlot(QWidget* parent = nullptr);
    /// `function` as it is written in the labels: "sign".
    void setFunction(const QString& function);
    void setCurves(const GradientCurves& curves);
    void setSeen(const SeenInput& seen);
    bool hasCurves() const { return !m_curves.forward.empty(); }
    /// Where the cross-hair stands; nothing without one.
    std::optional<double> readingAt() const { return m_reading; }
    /// The rows of the read-out: name and number as shown.
    QList<QPair<QString, QString>> readings() const;
    QSize sizeHint() const override { return {520, 420}; }
    QSize minimumSizeHint() const override { return {240, 140}; }

protected:
    void paintEvent(QPaintEvent*) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    PlotFrame frame() const;
    QRectF histogramArea(const QRectF& plot) const;
    std::vector<Curve> shownCurves() const;
    void read(std::optional<double> x);
    double valueAt(const std::vector<double>& values, double x) const;
    void paintGrid(QPainter& painter, const PlotFrame& frame) const;
    void paintGiven(QPainter& painter, const PlotFrame& frame) const;
    void paintSeen(QPainter& painter, const PlotFrame& frame) const;
    void paintNames(QPainter& painter, const PlotFrame& frame) const;
    void paintReading(QPainter& painter, const PlotFrame& frame) const;

    QString m_function;
    GradientCurves m_curves;
    SeenInput m_seen;
    Histogram m_histogram;
    double m_bottom = -1.5, m_top = 1.5;
    std::optional<double> m_reading;
};

}
