#pragma once

#include "engine/session/gradient_looks.h"
#include "views/gradient/gradient_form.h"

#include <QTimer>

class QComboBox;

namespace backstep {

class EffectList;
class GradientBench;
class GradientPlot;
class Selection;
class SessionBridge;
class SurrogateList;

/// Where a gradient is typed, looked at, proven and attached. Each key is checked at once; what
/// becomes of the weights is tried when typing rests; Ctrl+Return asks for the verdict.
class GradientEditor : public QWidget
{
    Q_OBJECT
public:
    GradientEditor(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    /// Takes the op as target; an empty text keeps what is attached or offers a first one.
    void editOp(NodeId node, const QString& text = {});
    ExpressionEdit& edit() { return m_form->edit(); }
    GradientForm& form() { return *m_form; }
    GradientPlot& plot() { return *m_plot; }
    /// Small beside the graph: what does not fit is left out.
    QSize minimumSizeHint() const override { return {480, 60}; }

signals:
    /// The gradient is attached: the user goes on elsewhere.
    void done();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeMiddle();
    void connectParts();
    void setNode(NodeId node);
    void refresh();
    void follow();
    void textChanged();
    void takeError(const Error& error);
    void takeLook(const GradientSubject& look);
    void takeVerdict(const JudgedGradient& given);
    void askText();
    void check();
    void attach();
    void attachNow(bool isAccepted);
    void useExact();
    void setRangeFor(const SeenInput& seen);
    bool isThere() const;
    GradientChoice choice() const;

    SessionBridge& m_bridge;
    Selection& m_selection;
    GradientBench* m_bench;
    NodeId m_node = kNoNode;
    QString m_cleanText; ///< as it was set; anything else is the user's typing
    bool m_isSound = false;
    bool m_attachesWhenChecked = false;
    bool m_isAsked = false;           ///< whether a gradient that differs is kept
    std::optional<Verdict> m_verdict; ///< of the text as it stands
    double m_difference = 0;          ///< the largest from the derivative, then
    QTimer m_rest;                    ///< typing has come to rest
    GradientForm* m_form;
    QWidget* m_middle;
    GradientPlot* m_plot;
    QComboBox* m_range;
    EffectList* m_effect;
    SurrogateList* m_surrogates;
};

}
