#include "views/models/run_findings_watch.h"

#include "engine/session/run_findings.h"
#include "views/models/session_bridge.h"

namespace backstep {

namespace {

/// The session does nothing else meanwhile.
constexpr Position kLongestWatched = 200'000;

}

RunFindingsWatch::RunFindingsWatch(SessionBridge& bridge, QObject* parent)
    : QObject(parent), m_bridge(bridge)
{
    connect(&bridge, &SessionBridge::documentChanged, this, &RunFindingsWatch::forget);
    connect(&bridge, &SessionBridge::passMoved, this, &RunFindingsWatch::askAtEnd);
}

void RunFindingsWatch::forget()
{
    if (m_askedFor == m_bridge.snapshot())
        return;
    m_askedFor.reset();
    if (m_findings->empty())
        return;
    m_findings = std::make_shared<FindingList>();
    emit changed();
}

void RunFindingsWatch::askAtEnd()
{
    const std::shared_ptr<const Snapshot>& snapshot = m_bridge.snapshot();
    if (m_bridge.pass().isRunning || m_bridge.pass().reason != StopReason::End ||
        m_askedFor == snapshot)
        return;
    m_askedFor = snapshot;
    using Answer = std::shared_ptr<const FindingList>;
    m_bridge.ask<Answer>(
        QStringLiteral("run findings"), this,
        [snapshot](DebugSession& session, std::stop_token stop) -> Answer {
            if (session.snapshot() != snapshot)
                return std::make_shared<FindingList>(); // an edit came first
            const RunReport run = runReport(session, kLongestWatched);
            return std::make_shared<FindingList>(
                findingsOfRun(*snapshot, run, verdictsOf(session, stop)));
        },
        [this, snapshot](const Answer& findings) {
            if (m_askedFor != snapshot)
                return;
            m_findings = findings;
            emit changed();
        });
}

}
