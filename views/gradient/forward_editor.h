#pragma once

#include "views/gradient/editor_columns.h"
#include "views/gradient/forward_form.h"
#include "views/models/forward_bench.h"

#include <QTimer>

namespace backstep {

class ForwardList;
class FunctionPlot;
class SessionBridge;

/// Where it is typed what an op computes: of one that is not known here, or in the place of one
/// whose gradient is zero or missing (SEMANTICS R16). Each key is checked at once, and how far the
/// text is from the op on the values seen; what becomes of the weights when typing rests.
class ForwardEditor : public EditorColumns
{
    Q_OBJECT
public:
    explicit ForwardEditor(SessionBridge& bridge, QWidget* parent = nullptr);
    /// kNoNode: no op.
    void setNode(NodeId node);
    /// The same; the keys go to the text once it is there.
    void editNode(NodeId node);
    NodeId node() const { return m_node; }
    /// The text holds what is not applied yet.
    bool isTyped() const;
    ExpressionEdit& edit() { return m_form->edit(); }
    ForwardForm& form() { return *m_form; }
    FunctionPlot& plot();

signals:
    /// The forward is in force: the user goes on elsewhere.
    void done();

private:
    ForwardEditor(SessionBridge& bridge, ForwardForm* form, PlotColumn* middle, ForwardList* list,
                  QWidget* parent);
    void connectParts();
    void takeLook(std::shared_ptr<const ForwardSubject> subject, const Error& why);
    void takeTyped(const TypedForward& typed);
    void takeEffect(const GradientEffect& effect);
    void showCurves(const ForwardCurves& curves);
    void textChanged();
    void askText();
    void apply();
    void remove();
    ForwardChoice choice() const;

    SessionBridge& m_bridge;
    ForwardBench* m_bench;
    NodeId m_node = kNoNode;
    std::shared_ptr<const ForwardSubject> m_subject; ///< null before the look is there
    QString m_cleanText; ///< as it was set; anything else is the user's typing
    bool m_isSound = false;
    bool m_takesKeys = false; ///< as soon as the look is there
    QTimer m_rest;            ///< typing has come to rest
    ForwardForm* m_form;
    PlotColumn* m_middle;
    ForwardList* m_list;
};

}
