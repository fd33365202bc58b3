#include "engine/session/fix_trials.h"

#include "engine/session/fixes.h"

#include <algorithm>

namespace backstep {

namespace {

FixTrial trialOf(const Fix& fix, const Result<Document>& document, const TrainingOptions& options,
                 std::stop_token stop)
{
    FixTrial trial;
    trial.fix = fix;
    if (!document) {
        trial.problem = document.error().text();
        return trial;
    }
    TrainingRun run = train(*document, options, stop);
    trial.moved = run.movedCount();
    trial.weightCount = static_cast<int64_t>(run.weights.size());
    if (!run.steps.empty())
        trial.before = run.steps.front().loss;
    if (run.error)
        trial.problem = run.error->text();
    else if (!run.steps.empty())
        trial.after = run.steps.back().loss;
    trial.steps = std::move(run.steps);
    return trial;
}

/// The model as it is stays first; below it the lower loss wins, and fewer changes among equals.
void sortAndMark(std::vector<FixTrial>& rows)
{
    if (rows.empty())
        return;
    std::stable_sort(rows.begin() + 1, rows.end(), [](const FixTrial& a, const FixTrial& b) {
        if (a.after.has_value() != b.after.has_value())
            return a.after.has_value();
        return a.after && *a.after < *b.after;
    });
    if (rows.size() < 2 || !rows[1].after)
        return;
    rows[1].isBest = !rows[0].after || *rows[1].after < *rows[0].after;
}

}

const FixTrial* FixTrials::best() const
{
    const auto found =
        std::find_if(rows.begin(), rows.end(), [](const FixTrial& row) { return row.isBest; });
    return found == rows.end() ? nullptr : &*found;
}

FixTrials tryFixes(DebugSession& session, const Finding& finding, const TrainingOptions& options,
                   std::stop_token stop, const TrialProgress& progress)
{
    FixTrials trials;
    trials.node = finding.node;
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!snapshot->document)
        return trials;
    const Document& document = *snapshot->document;
    const auto add = [&](FixTrial trial) {
        trials.rows.push_back(std::move(trial));
        if (progress)
            progress(trials.rows.back());
    };
    add(trialOf({"As it is"}, document, options, stop));
    for (const Fix& fix : finding.fixes) {
        if (!fix.canBeTried())
            continue;
        if (stop.stop_requested())
            break;
        FixTrial trial = trialOf(fix, withFix(document, finding.node, fix), options, stop);
        if (fix.forward)
            if (const Result<ForwardError> error =
                    forwardErrorOf(session, finding.node, fix.forward->text))
                trial.forwardError = *error;
        add(std::move(trial));
    }
    trials.isCancelled = stop.stop_requested();
    sortAndMark(trials.rows);
    return trials;
}

}
