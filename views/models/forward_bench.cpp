#include "views/models/forward_bench.h"

#include "views/models/session_bridge.h"

namespace backstep {

ForwardBench::ForwardBench(SessionBridge& bridge, QObject* parent)
    : QObject(parent), m_bridge(bridge)
{}

void ForwardBench::forget()
{
    m_trying.request_stop();
    m_trying = std::stop_source();
    ++m_question;
}

void ForwardBench::askLook(NodeId node)
{
    m_bridge.ask<Result<ForwardSubject>>(
        QStringLiteral("forward look"), this,
        [node](DebugSession& session, std::stop_token) { return forwardSubject(session, node); },
        [this, node](const Result<ForwardSubject>& look) {
            if (look)
                emit lookReady(node, std::make_shared<const ForwardSubject>(*look), {});
            else
                emit lookReady(node, nullptr, look.error());
        });
}

void ForwardBench::askText(std::shared_ptr<const ForwardSubject> subject, const QString& text,
                           double left, double right)
{
    m_bridge.ask<TypedForward>(
        QStringLiteral("forward text"), this,
        [subject, text = text.toStdString(), left, right](DebugSession& session, std::stop_token) {
            TypedForward typed;
            const Result<void> fit = fitsForward(*subject, text);
            if (!fit)
                typed.error = fit.error();
            typed.curves = curvesOf(*subject, fit ? text : std::string(), left, right);
            if (fit)
                typed.distance = forwardErrorOf(session, *subject, text);
            return typed;
        },
        [this, question = m_question](const TypedForward& typed) {
            if (question == m_question)
                emit textChecked(typed);
        });
}

void ForwardBench::askEffect(const ForwardChoice& choice)
{
    m_bridge.askAside<GradientEffect>(
        QStringLiteral("forward effect"), this,
        [snapshot = m_bridge.snapshot(), choice, trying = m_trying](std::stop_token stop) {
            const std::stop_callback link(stop, [trying]() mutable { trying.request_stop(); });
            return effectOf(*snapshot, choice, trying.get_token());
        },
        [this, question = m_question](const GradientEffect& effect) {
            if (question == m_question)
                emit effectReady(effect);
        });
}

}
