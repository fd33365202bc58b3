#pragma once

#include "engine/session/gradient_effect.h"
#include "engine/session/gradient_looks.h"
#include "engine/session/gradient_verdicts.h"

#include <QObject>

namespace backstep {

class SessionBridge;

/// What the gradient editor asks the engine for; answers come as signals and only for the latest
/// question of their kind. Nothing here waits, and long work stops for newer questions.
class GradientBench : public QObject
{
    Q_OBJECT
public:
    explicit GradientBench(SessionBridge& bridge, QObject* parent = nullptr);

    /// The op's values and the library beside it.
    void askLook(NodeId node);
    /// Errors of the text, and the curves from `left` to `right`. What is being tried goes on,
    /// since the text may be the same: `forget` stops it.
    void askText(const GradientChoice& choice, NodeId node, double left, double right);
    /// What becomes of the weights.
    void askEffect(const GradientChoice& choice);
    void askVerdict(const GradientChoice& choice);
    /// The text is another: answers that are under way are no longer wanted.
    void forget();

signals:
    void lookReady(const GradientSubject& look);
    /// `error` has the code "" where the text fits.
    void textChecked(const Error& error);
    void curvesReady(const GradientCurves& curves);
    void effectReady(const GradientEffect& effect);
    void verdictReady(const JudgedGradient& verdict);

private:
    SessionBridge& m_bridge;
    std::stop_source m_trying;
    int m_question = 0; ///< counts changes of the text: answers to older ones are dropped
};

}
