#include "app/cli/commands.h"
#include "app/cli/file_tasks.h"
#include "app/cli/given_gradients.h"
#include "app/cli/open_model.h"

#include "engine/base/text.h"
#include "engine/session/compared_findings.h"
#include "engine/session/run_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

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

/// One file of the command line, or of a folder on it.
struct CheckedFile {
    std::string path;
    std::optional<Error> error = {}; ///< before it is opened: a folder without models
    ReportPart part = {};
    std::string complaint = {}; ///< for standard error
    int exitCode = kClean;
};

void failWith(CheckedFile& file, const Options& options, const Error& error, int exitCode)
{
    file.exitCode = exitCode;
    if (exitCode == kUsage)
        file.complaint = error.text() + "\n";
    else
        file.part = options.form->failure(file.path, error);
}

void checkModel(CheckedFile& file, const Options& options, const std::stop_token& stop)
{
    OpenedModel opened;
    openModel(opened, file.path, options.model, stop);
    if (opened.error)
        return failWith(file, options, *opened.error, opened.exitCode);
    const std::shared_ptr<const Snapshot> snapshot = opened.session.snapshot();
    RunReport run;
    if (options.isRun && snapshot->plan->size() <= kLongestReported) {
        opened.session.setStopsAtBreaks(false);
        opened.session.step(StepKind::Continue, stop);
        run = runReport(opened.session);
    }
    FindingList findings = *snapshot->findings;
    const std::vector<JudgedGradient> gradients = verdictsOf(opened.session, stop);
    const FindingList more = findingsOfRun(*snapshot, run, gradients);
    findings.insert(findings.end(), more.begin(), more.end());
    ReportSource source = reportSource(*snapshot, file.path, findings);
    source.health = run.health;
    source.isCompared = options.isCompared;
    if (options.isCompared)
        source.compared = compareFindings(*snapshot);
    source.gradients = reported(*snapshot->program, gradients);
    source.assumptions.insert(source.assumptions.end(), opened.notes.begin(), opened.notes.end());
    file.part = options.form->file(source, options.failOn);

    bool isFound = areUnanswered(source.gradients);
    isFound = isFound || (options.failOn.classes.contains(FailClass::Incomplete) &&
                          !options.allowsIncomplete && hasIncompleteWeight(*snapshot));
    for (const Finding& finding : findings)
        isFound = isFound || options.failOn.isFailed(finding);
    file.exitCode = isFound ? kFound : kClean;
}

std::vector<CheckedFile> filesOf(const Options& options)
{
    std::vector<CheckedFile> files;
    for (const std::string& path : options.files) {
        std::error_code none;
        const bool isFolder = std::filesystem::is_directory(path, none);
        const std::vector<std::string> models = isFolder ? modelsIn(path) : std::vector{path};
        for (const std::string& model : models)
            files.push_back({model});
        if (models.empty())
            files.push_back({path, Error{"no-models", "The folder holds no .onnx file."}});
    }
    return files;
}

/// The work on one file: never throws, since it runs on a thread.
void work(CheckedFile& file, const Options& options, const std::stop_token& stop)
{
    try {
        if (file.error)
            failWith(file, options, *file.error, kUnreadable);
        else
            checkModel(file, options, stop);
    } catch (const std::exception& failure) {
        failWith(file, options, {"failed", fmt::format("Backstep failed: {}", failure.what())},
                 kFailed);
    }
}

}

int checkModels(const Options& given)
{
    // Shared with threads that may outlive this call.
    const auto options = std::make_shared<Options>(given);
    if (options->jobs > 1 && options->model.threads == 0)
        options->model.threads = 1; // the files share the machine already
    const auto files = std::make_shared<std::vector<CheckedFile>>(filesOf(*options));
    std::vector<ReportPart> parts;
    int exitCode = kClean;
    const auto take = [&](size_t index, bool isLate) {
        CheckedFile late{(*files)[index].path};
        if (isLate)
            failWith(late, *options,
                     {"timeout",
                      fmt::format("Checking it took longer than {} s.", options->timeout),
                      "Give it more by --timeout, or leave the run out by --no-run."},
                     kUnreadable);
        const CheckedFile& file = isLate ? late : (*files)[index];
        exitCode = std::max(exitCode, file.exitCode);
        fmt::print(stderr, "{}", file.complaint);
        if (options->form->document) {
            parts.push_back(file.part);
            return;
        }
        fmt::print("{}{}", index > 0 ? options->form->between : "", file.part.text);
        std::fflush(stdout);
    };
    const bool isAnyLeft = forEachFile(
        files->size(), {options->jobs, options->timeout},
        [files, options](size_t index, std::stop_token stop) {
            work((*files)[index], *options, stop);
        },
        take);
    if (options->form->document)
        fmt::print("{}", options->form->document(parts));
    if (isAnyLeft) { // a thread that does not obey must not keep the program
        std::fflush(stdout);
        std::_Exit(exitCode);
    }
    return exitCode;
}

}
