#pragma once

#include "engine/session/seen_values.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace backstep {

class EffectList;
class FunctionPlot;

/// The middle of an editor: the plot with its range of x, and what becomes of the weights below.
class PlotColumn : public QWidget
{
    Q_OBJECT
public:
    explicit PlotColumn(const QString& title, QWidget* parent = nullptr);
    FunctionPlot& plot() { return *m_plot; }
    EffectList& effect() { return *m_effect; }
    /// The range of x that is chosen.
    double left() const;
    double right() const;
    /// Offers the values seen and some round ranges; begins with the smallest that holds them.
    void setSeen(const SeenInput& seen);
    /// In a low panel: the plot alone.
    void setLow(bool isLow);

signals:
    void rangeChanged();

private:
    FunctionPlot* m_plot;
    QComboBox* m_range;
    EffectList* m_effect;
};

}
