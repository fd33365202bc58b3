#include "app/cli/given_gradients.h"

#include "engine/session/gradient_choices.h"
#include "engine/session/gradient_verdicts.h"

#include <algorithm>

namespace backstep {

std::vector<ReportedGradient> judgedGradients(DebugSession& session)
{
    std::vector<ReportedGradient> all;
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    for (JudgedGradient& given : verdictsOf(session)) {
        ReportedGradient reported;
        reported.scope = nameOf(given.choice.target.scope);
        reported.name = given.choice.target.name;
        reported.text = given.choice.text;
        reported.reason = given.choice.reason;
        reported.acceptedOn = given.choice.acceptedOn;
        if (snapshot->program->has(given.verdict.fromDerivative.at.node))
            reported.at = addressText(*snapshot->program, given.verdict.fromDerivative.at);
        reported.verdict = std::move(given.verdict);
        reported.sentence = std::move(given.sentence);
        all.push_back(std::move(reported));
    }
    return all;
}

bool areUnanswered(const std::vector<ReportedGradient>& gradients)
{
    return std::any_of(gradients.begin(), gradients.end(), [](const ReportedGradient& gradient) {
        return gradient.verdict.verdict == Verdict::Differs ||
               gradient.verdict.verdict == Verdict::Invalid;
    });
}

}
