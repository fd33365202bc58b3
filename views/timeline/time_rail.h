#pragma once

#include <QWidget>

#include <optional>
#include <vector>

namespace backstep {

class GraphView;

/// Norms of what arrives at an op (dy) and what it passes on (dx), at one timestep; absent before
/// the pass was there.
struct TimestepNorms {
    std::optional<double> dy, dx;
};

/// A card a timestep: where the pass is, and how large the gradient of one op is along time. Long
/// sequences become a strip of columns.
class TimeRail : public QWidget
{
    Q_OBJECT
public:
    /// The view must outlive the rail.
    explicit TimeRail(GraphView& view, QWidget* parent = nullptr);
    /// Of the op called `title`, by timestep; shorter than T means the rest is unknown.
    void setNorms(const QString& title, std::vector<TimestepNorms> norms);
    /// Of the longest timeline; 0 without one.
    qint64 stepCount() const;
    QSize sizeHint() const override { return {400, height()}; }
    static constexpr int kHeight = 62, kLowHeight = 48;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    enum class When { Ahead, Now, Done };
    static constexpr double kLabelWidth = 76; ///< left of the cards
    When whenOf(qint64 t) const;
    TimestepNorms normsAt(qint64 t) const;
    QRectF railRect() const;
    double stepWidth() const;
    qint64 timestepAt(double x) const;
    void paintTitle(QPainter& painter) const;
    void paintCard(QPainter& painter, qint64 t) const;
    void paintBar(QPainter& painter, const QRectF& row, std::optional<double> norm,
                  bool hasNumber) const;
    void paintColumns(QPainter& painter) const;

    GraphView& m_view;
    QString m_title;
    std::vector<TimestepNorms> m_norms;
};

}
