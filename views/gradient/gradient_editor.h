#pragma once

#include "engine/session/gradient_looks.h"
#include "views/gradient/editor_columns.h"
#include "views/gradient/gradient_form.h"

#include <QTimer>

namespace backstep {

class GradientBench;
class PlotColumn;
class FunctionPlot;
class Selection;
class SessionBridge;
class SurrogateList;

/// Where a gradient is typed, looked at, proven and attached. Each key is checked at once; what
/// becomes of the weights is tried when typing rests; Ctrl+Return asks for the verdict.
class GradientEditor : public EditorColumns
{
    Q_OBJECT
public:
    GradientEditor(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    /// Takes the op as target; an empty text keeps what is attached or offers a first one.
    void editOp(NodeId node, const QString& text = {});
    ExpressionEdit& edit() { return m_form->edit(); }
    GradientForm& form() { return *m_form; }
    FunctionPlot& plot();
    /// kNoNode without an op.
    NodeId node() const { return m_node; }

signals:
    /// The gradient is attached: the user goes on elsewhere.
    void done();

private:
    GradientEditor(SessionBridge& bridge, Selection& selection, GradientForm* form,
                   PlotColumn* middle, SurrogateList* surrogates, QWidget* parent);
    void connectParts();
    void setNode(NodeId node);
    void refresh();
    void follow();
    void textChanged();
    void takeError(const Error& error);
    void takeLook(const GradientSubject& look);
    void takeVerdict(const JudgedGradient& given);
    void showCurves(const GradientCurves& curves);
    void askText();
    void check();
    void attach();
    void attachNow(bool isAccepted);
    void useExact();
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
    PlotColumn* m_middle;
    SurrogateList* m_surrogates;
};

}
