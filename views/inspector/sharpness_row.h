#pragma once

#include "engine/diagnostics/soft_forwards.h"
#include "engine/graph/ids.h"
#include "engine/session/forward_looks.h"
#include "views/plots/curves.h"

#include <QWidget>

class QLabel;

namespace backstep {

class SessionBridge;
class SharpnessSlider;

/// The sharpness of a forward that is to take an op's place: a slider, the two functions over the
/// values that the op saw, and how far they are apart on them.
class SharpnessRow : public QWidget
{
    Q_OBJECT
public:
    explicit SharpnessRow(SessionBridge& bridge, QWidget* parent = nullptr);
    /// Hides itself for a fix without a forward.
    void setFix(NodeId node, const Fix& fix);
    /// The fix at the sharpness that is set.
    const Fix& fix() const { return m_fix; }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    struct Look {
        Result<ForwardError> error = ForwardError{};
        std::vector<double> own, given;
        double left = -2, right = 2;
    };
    void ask();
    void show(const Look& look);

    SessionBridge& m_bridge;
    NodeId m_node = kNoNode;
    Fix m_fix;
    const SoftForward* m_row = nullptr;
    SharpnessSlider* m_slider;
    QLabel* m_words;
    QWidget* m_plotArea;
    std::vector<Curve> m_curves;
    CurveFrame m_frame;
};

}
