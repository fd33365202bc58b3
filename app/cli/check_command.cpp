#include "app/cli/commands.h"
#include "app/cli/given_gradients.h"
#include "app/cli/open_model.h"

#include "engine/base/text.h"
#include "engine/session/impulse.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace backstep {

namespace {

/// The models in a folder and the folders below it, in the order of their names.
std::vector<std::string> modelsIn(const std::string& folder)
{
    namespace fs = std::filesystem;
    std::vector<std::string> models;
    std::error_code failure;
    const auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator entry(folder, options, failure), end;
         !failure && entry != end; entry.increment(failure))
        if (entry->path().extension() == ".onnx" && entry->is_regular_file(failure))
            models.push_back(entry->path().string());
    std::sort(models.begin(), models.end());
    return models;
}

/// Runs the model once more, with what only its values tell; nothing where it cannot be run.
RunReport runReport(DebugSession& session)
{
    constexpr Position kLongest = 2'000'000; // a report is waited for; `run` takes any length
    if (session.snapshot()->plan->size() > kLongest)
        return {};
    session.setStopsAtBreaks(false);
    const PassState state = session.step(StepKind::Continue);
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (state.reason != StopReason::End)
        return {};
    const Document& document = *snapshot->document;
    const bool isDataGiven = !document.inputs.given.empty();
    RunReport report = checkRun(
        {*snapshot->plan, *snapshot->report, snapshot->cotangents, state.reached,
         [&](const ValueAddress& address) { return session.value(address).tensor; }, isDataGiven});
    for (const RecurrenceDecay& recurrence : decayOfImpulse(document))
        addDecay(report, *document.graph, recurrence, isDataGiven);
    return report;
}

int checkModel(const std::string& path, const Options& options)
{
    OpenedModel opened;
    openModel(opened, path, options.model);
    if (opened.error)
        return tellFailure(opened, path, options.isJson);
    const std::shared_ptr<const Snapshot> snapshot = opened.session.snapshot();
    RunReport run;
    if (options.isRun)
        run = runReport(opened.session);
    FindingList findings = *snapshot->findings;
    const std::vector<JudgedGradient> gradients = verdictsOf(opened.session);
    for (const FindingList& more : {run.findings, findingsOf(*snapshot->program, gradients)})
        findings.insert(findings.end(), more.begin(), more.end());
    ReportSource source = reportSource(*snapshot, path, findings);
    source.health = run.health;
    source.gradients = reported(*snapshot->program, gradients);
    source.assumptions.insert(source.assumptions.end(), opened.notes.begin(), opened.notes.end());
    fmt::print("{}", options.isJson ? reportAsJson(source) : reportAsText(source));

    bool isFound = areUnanswered(source.gradients);
    isFound = isFound || (options.failOn.contains(FailClass::Incomplete) &&
                          !options.allowsIncomplete && hasIncompleteWeight(*snapshot));
    for (const Finding& finding : findings)
        isFound = isFound || (finding.severity() != Severity::Info &&
                              options.failOn.contains(finding.kind->failClass));
    return isFound ? kFound : kClean;
}

}

int checkModels(const Options& options)
{
    int exitCode = kClean;
    bool isFirst = true;
    for (const std::string& path : options.files) {
        std::error_code none;
        const bool isFolder = std::filesystem::is_directory(path, none);
        const std::vector<std::string> models = isFolder ? modelsIn(path) : std::vector{path};
        if (models.empty()) {
            const Error error{"no-models", "The folder holds no .onnx file."};
            fmt::print("{}",
                       options.isJson ? failureAsJson(path, error) : failureAsText(path, error));
            exitCode = std::max<int>(exitCode, kUnreadable);
        }
        for (const std::string& model : models) {
            if (!isFirst && !options.isJson)
                fmt::print("\n");
            isFirst = false;
            exitCode = std::max(exitCode, checkModel(model, options));
            std::fflush(stdout);
        }
    }
    return exitCode;
}

}
