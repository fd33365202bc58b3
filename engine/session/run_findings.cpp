#include "engine/session/run_findings.h"

#include "engine/session/impulse.h"

namespace backstep {

RunReport runReport(DebugSession& session, Position longest)
{
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    const PassState& state = session.state();
    if (!snapshot->plan || snapshot->plan->size() > longest ||
        state.reached < snapshot->plan->size())
        return {};
    const Document& document = *snapshot->document;
    const bool isDataGiven = !document.inputs.given.empty();
    RunReport report = checkRun(
        {*snapshot->plan, *snapshot->report, snapshot->cotangents, state.reached,
         [&](const ValueAddress& address) { return session.seenValue(address); }, isDataGiven});
    for (const RecurrenceDecay& recurrence : decayOfImpulse(document))
        addDecay(report, *document.graph, recurrence, isDataGiven);
    return report;
}

FindingList findingsOfRun(const Snapshot& snapshot, const RunReport& run,
                          const std::vector<JudgedGradient>& gradients)
{
    FindingList findings = run.findings;
    const FindingList ofGradients = findingsOf(*snapshot.program, gradients);
    findings.insert(findings.end(), ofGradients.begin(), ofGradients.end());
    return findings;
}

}
