#pragma once

#include "engine/session/seen_values.h"
#include "views/plots/histogram.h"
#include "views/plots/plot_frame.h"

#include <QWidget>

#include <optional>

namespace backstep {

struct Palette;

/// A function of one number with its names and its looks; empty where there is none.
struct PlottedFunction {
    QString name;               ///< beside the curve: "sign(x), forward"
    QString reading;            ///< in the read-out: "sign(x)"
    std::vector<double> values; ///< at equal distances over the plot's range
    QColor Palette::*colour;
    Curve::Line line = Curve::Line::Solid;
    bool isFilled = false; ///< down to zero
};

/// Functions of one number over one axis with the histogram of the values that the op saw. A
/// cross-hair, by mouse or arrow keys, reads them.
class FunctionPlot : public QWidget
{
    Q_OBJECT
public:
    explicit FunctionPlot(QWidget* parent = nullptr);
    /// Without the first function there is nothing to plot. `left` < `right`.
    void setFunctions(std::vector<PlottedFunction> functions, double left, double right);
    void setSeen(const SeenInput& seen);
    /// In place of curves: why there are none.
    void setAbsence(const QString& words);
    bool hasCurves() const { return !m_functions.empty(); }
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
    void paintFill(QPainter& painter, const PlotFrame& frame,
                   const PlottedFunction& function) const;
    void paintSeen(QPainter& painter, const PlotFrame& frame) const;
    void paintNames(QPainter& painter, const PlotFrame& frame) const;
    void paintReading(QPainter& painter, const PlotFrame& frame) const;

    std::vector<PlottedFunction> m_functions; ///< those that there are
    double m_left = -2, m_right = 2;
    QString m_absence;
    SeenInput m_seen;
    Histogram m_histogram;
    double m_bottom = -1.5, m_top = 1.5;
    std::optional<double> m_reading;
};

}
