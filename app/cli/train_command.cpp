#include "app/cli/commands.h"
#include "app/cli/open_model.h"

#include "engine/base/text.h"
#include "engine/session/fix_trials.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace backstep {

namespace {

using nlohmann::ordered_json;

std::string oneLine(const ordered_json& object)
{
    return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string padded(std::string text, size_t width)
{
    text.resize(text.size() + width - std::min(width, characterCount(text)), ' ');
    return text;
}

/// 20 lines or so of many steps: the first, the last, and some between.
bool isShown(int64_t number, int64_t last)
{
    const int64_t every = std::max<int64_t>(1, last / 20);
    return number % every == 0 || number == last;
}

double totalNorm(const TrainingStep& step)
{
    double sum = 0;
    for (const WeightProgress& weight : step.weights)
        sum += weight.gradientNorm * weight.gradientNorm;
    return std::sqrt(sum);
}

std::string asText(const TrainingRun& run)
{
    std::string text = fmt::format("\n{:>6}  {:>14}  {:>14}\n", "step", "loss", "gradient norm");
    const int64_t last = run.steps.empty() ? 0 : run.steps.back().number;
    for (const TrainingStep& step : run.steps)
        if (isShown(step.number, last))
            text += fmt::format("{:>6}  {:>14.9g}  {:>14.5g}\n", step.number, step.loss,
                                totalNorm(step));
    size_t width = 6;
    for (const TrainableWeight& weight : run.weights)
        width = std::max(width, characterCount(shortName(weight.name)));
    text += "\n" + padded("weight", width) + fmt::format("  {:>14}  {:>14}\n", "moved", "gradient");
    for (size_t i = 0; i < run.weights.size() && !run.steps.empty(); ++i) {
        const WeightProgress& progress = run.steps.back().weights[i];
        text += padded(shortName(run.weights[i].name), width) +
                fmt::format("  {:>14.5g}  {:>14.5g}", progress.moved, progress.gradientNorm);
        text += run.weights[i].why.empty() ? "\n" : "  " + run.weights[i].why + "\n";
    }
    return text + fmt::format("\n{} of {} moved\n", run.movedCount(),
                              counted(static_cast<int64_t>(run.weights.size()), "weight"));
}

ordered_json asJson(const TrainingRun& run)
{
    ordered_json object{{"optimizer", nameOf(run.options.optimizer)},
                        {"rate", run.options.rate},
                        {"moved", run.movedCount()},
                        {"weights", ordered_json::array()},
                        {"steps", ordered_json::array()}};
    for (const TrainableWeight& weight : run.weights)
        object["weights"].push_back({{"name", weight.name},
                                     {"layer", weight.layer},
                                     {"trained", weight.isTrained},
                                     {"why", weight.why}});
    for (const TrainingStep& step : run.steps) {
        ordered_json row{{"step", step.number},
                         {"loss", step.loss},
                         {"norms", ordered_json::array()},
                         {"moved", ordered_json::array()}};
        for (const WeightProgress& weight : step.weights) {
            row["norms"].push_back(weight.gradientNorm);
            row["moved"].push_back(weight.moved);
        }
        object["steps"].push_back(std::move(row));
    }
    if (run.error)
        object["stopped"] = run.error->text();
    return object;
}

std::string numberOr(const std::optional<double>& number, const char* otherwise)
{
    return number ? fmt::format("{:.6g}", *number) : otherwise;
}

std::string forwardWord(const FixTrial& trial)
{
    if (!trial.forwardError || trial.forwardError->largest == 0)
        return trial.fix.kind == FixKind::InsertPreprocessing ? "ops before it" : "unchanged";
    return fmt::format("off by {:.3g}", trial.forwardError->largest);
}

std::string asText(const Finding& finding, const FixTrials& trials, int64_t steps)
{
    std::string text = "\n" + printable(finding.message) + "\n\n";
    text += fmt::format("  {:<36}  {:<21}  {:>12}  {:>12}  {:>7}  {}\n", "fix", "kind",
                        "loss before", fmt::format("after {}", steps), "moved", "forward");
    for (const FixTrial& trial : trials.rows) {
        const bool isAsItIs = &trial == &trials.rows.front();
        text +=
            fmt::format("{} {}  {:<21}  {:>12}  {:>12}  {:>7}  {}\n", trial.isBest ? "*" : " ",
                        padded(trial.fix.title, 36), isAsItIs ? "" : wordsOf(trial.fix.kind),
                        numberOr(trial.before, "-"), numberOr(trial.after, "-"),
                        fmt::format("{}/{}", trial.moved, trial.weightCount), forwardWord(trial));
        if (!trial.problem.empty())
            text += "      " + printable(trial.problem) + "\n";
    }
    return text;
}

ordered_json asJson(const Graph& graph, const Finding& finding, const FixTrials& trials)
{
    ordered_json object{{"code", finding.kind->code},
                        {"op", finding.node == kNoNode ? "" : graph.node(finding.node).origin.name},
                        {"fixes", ordered_json::array()}};
    for (const FixTrial& trial : trials.rows) {
        ordered_json row{{"title", trial.fix.title}, {"kind", nameOf(trial.fix.kind)},
                         {"before", nullptr},        {"after", nullptr},
                         {"moved", trial.moved},     {"weights", trial.weightCount},
                         {"best", trial.isBest}};
        if (&trial == &trials.rows.front())
            row["kind"] = nullptr;
        if (trial.before)
            row["before"] = *trial.before;
        if (trial.after)
            row["after"] = *trial.after;
        if (trial.forwardError)
            row["forward_error"] = {{"max", trial.forwardError->largest},
                                    {"mean", trial.forwardError->mean}};
        if (!trial.problem.empty())
            row["problem"] = trial.problem;
        object["fixes"].push_back(std::move(row));
    }
    return object;
}

int tryAllFixes(OpenedModel& opened, const Options& options, ordered_json& object)
{
    DebugSession& session = opened.session;
    session.setStopsAtBreaks(false);
    session.step(StepKind::Continue);
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    int64_t tried = 0;
    object["trials"] = ordered_json::array();
    for (const Finding& finding : *snapshot->findings) {
        if (std::none_of(finding.fixes.begin(), finding.fixes.end(),
                         [](const Fix& fix) { return fix.canBeTried(); }))
            continue;
        ++tried;
        const FixTrials trials = tryFixes(session, finding, options.train.options);
        if (options.isJson)
            object["trials"].push_back(asJson(*snapshot->program, finding, trials));
        else
            fmt::print("{}", asText(finding, trials, options.train.options.steps));
        std::fflush(stdout);
    }
    if (tried == 0 && !options.isJson)
        fmt::print("\nNo finding has a fix that can be tried.\n");
    return kClean;
}

}

int trainModel(const Options& options)
{
    const std::string& path = options.files.front();
    OpenedModel opened;
    openModel(opened, path, options.model);
    if (opened.error)
        return tellFailure(opened, path, options.isJson);
    const std::shared_ptr<const Snapshot> snapshot = opened.session.snapshot();
    std::vector<std::string> notes = snapshot->assumptions;
    notes.insert(notes.end(), opened.notes.begin(), opened.notes.end());
    ordered_json object{{"file", path}, {"assumptions", notes}};
    if (!options.isJson) {
        fmt::print("{}\n", printable(path));
        for (const std::string& note : notes)
            fmt::print("  {}\n", printable(note));
    }
    int exitCode = kClean;
    if (options.train.triesFixes) {
        exitCode = tryAllFixes(opened, options, object);
    } else {
        const TrainingRun run = train(*snapshot->document, options.train.options);
        object.update(asJson(run));
        if (!options.isJson)
            fmt::print("{}", asText(run));
        if (run.error)
            fmt::print(stderr, "Stopped: {}\n", printable(run.error->text()));
        exitCode = run.error ? kFound : kClean;
    }
    if (options.isJson)
        fmt::print("{}", oneLine(object));
    return exitCode;
}

}
