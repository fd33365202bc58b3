#include "views/models/gradient_bench.h"

#include "views/models/session_bridge.h"

namespace backstep {

GradientBench::GradientBench(SessionBridge& bridge, QObject* parent)
    : QObject(parent), m_bridge(bridge)
{}

void GradientBench::forget()
{
    m_trying.request_stop();
    m_trying = std::stop_source();
    ++m_question;
}

void GradientBench::askLook(NodeId node)
{
    m_bridge.ask<GradientSubject>(
        QStringLiteral("gradient look"), this,
        [node](DebugSession& session, std::stop_token) { return lookAt(session, node); },
        [this](const GradientSubject& look) { emit lookReady(look); });
}

void GradientBench::askText(const GradientChoice& choice, NodeId node, double left, double right)
{
    struct Answer {
        Error error;
        GradientCurves curves;
    };
    m_bridge.ask<Answer>(
        QStringLiteral("gradient text"), this,
        [=](DebugSession& session, std::stop_token) {
            const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
            Answer answer;
            const Result<void> fit = fits(*snapshot, choice);
            if (!fit)
                answer.error = fit.error();
            if (snapshot->program && snapshot->program->has(node))
                answer.curves =
                    curvesOf(*snapshot->program, node, fit ? choice.text : "", left, right);
            return answer;
        },
        [this, question = m_question](const Answer& answer) {
            if (question != m_question)
                return;
            emit textChecked(answer.error);
            emit curvesReady(answer.curves);
        });
}

void GradientBench::askEffect(const GradientChoice& choice)
{
    m_bridge.askAside<GradientEffect>(
        QStringLiteral("gradient effect"), this,
        [snapshot = m_bridge.snapshot(), choice, trying = m_trying](std::stop_token stop) {
            const std::stop_callback link(stop, [trying]() mutable { trying.request_stop(); });
            return effectOf(*snapshot, choice, trying.get_token());
        },
        [this, question = m_question](const GradientEffect& effect) {
            if (question == m_question)
                emit effectReady(effect);
        });
}

void GradientBench::askVerdict(const GradientChoice& choice)
{
    m_bridge.ask<JudgedGradient>(
        QStringLiteral("gradient verdict"), this,
        [choice, trying = m_trying.get_token()](DebugSession& session, std::stop_token) {
            return verdictOn(session, choice, trying);
        },
        [this, question = m_question](const JudgedGradient& verdict) {
            if (question == m_question)
                emit verdictReady(verdict);
        });
}

}
