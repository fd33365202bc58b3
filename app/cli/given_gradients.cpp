#include "app/cli/given_gradients.h"

#include "engine/session/gradient_choices.h"
#include "engine/session/gradient_verdicts.h"

#include <algorithm>

namespace backstep {

std::vector<ReportedGradient> reported(const Graph& program,
                                       const std::vector<JudgedGradient>& gradients)
{
    std::vector<ReportedGradient> all;
    for (const JudgedGradient& given : gradients) {
        ReportedGradient reported;
        reported.scope = nameOf(given.choice.target.scope);
        reported.name = textOf(given.choice.target);
        reported.text = given.choice.text;
        reported.reason = given.choice.reason;
        reported.acceptedOn = given.choice.acceptedOn;
        if (program.has(given.verdict.fromDerivative.at.node))
            reported.at = addressText(program, given.verdict.fromDerivative.at);
        reported.verdict = given.verdict;
        reported.sentence = given.sentence;
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
