#pragma once

#include "engine/session/forward_looks.h"
#include "engine/session/gradient_effect.h"

#include <QObject>

namespace backstep {

class SessionBridge;

/// What is said of a forward at each key.
struct TypedForward {
    Error error; ///< code "" where the text fits the op
    ForwardCurves curves;
    /// From the op's own; an Error where one of the two cannot be computed.
    Result<ForwardError> distance = ForwardError{};
};

/// What the forward editor asks the engine for; as GradientBench does for gradients.
class ForwardBench : public QObject
{
    Q_OBJECT
public:
    explicit ForwardBench(SessionBridge& bridge, QObject* parent = nullptr);

    void askLook(NodeId node);
    /// About the op of a look; the curves from `left` to `right`.
    void askText(std::shared_ptr<const ForwardSubject> subject, const QString& text, double left,
                 double right);
    /// What becomes of the weights; the error of a text that does not fit the file, too.
    void askEffect(const ForwardChoice& choice);
    /// The text is another: answers that are under way are no longer wanted.
    void forget();

signals:
    /// Null where the op's forward cannot be given: `why` says so.
    void lookReady(NodeId node, std::shared_ptr<const backstep::ForwardSubject> subject,
                   const Error& why);
    void textChecked(const TypedForward& typed);
    void effectReady(const GradientEffect& effect);

private:
    SessionBridge& m_bridge;
    std::stop_source m_trying;
    int m_question = 0; ///< counts changes of the text: answers to older ones are dropped
};

}
