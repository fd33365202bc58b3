#pragma once

#include "views/plots/curves.h"

#include <QWidget>

namespace backstep {

struct Node;

/// A small plot of an op of one number: its value and its derivative; has no curves for other ops.
class DerivativePlot : public QWidget
{
    Q_OBJECT
public:
    explicit DerivativePlot(QWidget* parent = nullptr);
    /// Null for nothing.
    void setOp(const Node* node);
    bool hasCurves() const { return !m_forward.empty(); }
    QSize sizeHint() const override { return {280, 96}; }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    QString m_name;
    std::vector<double> m_forward, m_derivative;
    bool m_isFlat = false; ///< the derivative is zero wherever it exists
};

}
