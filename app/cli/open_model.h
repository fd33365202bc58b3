#pragma once

#include "app/cli/options.h"
#include "engine/exporters/report.h"
#include "engine/session/debug_session.h"

#include <string>
#include <vector>

namespace backstep {

/// Opens a model as the options say, data and gradients included. On failure `exitCode` says
/// whether the file (2) or the usage (3: a gradient or an input that does not fit) is at fault.
struct OpenedModel {
    DebugSession session;
    std::optional<Error> error;
    int exitCode = kClean;
    std::vector<std::string> notes; ///< entries of the data that were not used
};
void openModel(OpenedModel& opened, const std::string& path, const ModelOptions& options,
               std::stop_token stop = {});

/// For an option that names an op by name or type: there is none, and which is near.
Error noSuchOp(const char* option, const std::string& op, const Graph& graph);

/// What the report is written from, for the model that is open.
ReportSource reportSource(const Snapshot& snapshot, const std::string& path,
                          const FindingList& findings);

/// True where a weight's gradient lacks the part through an op (SEMANTICS R2).
bool hasIncompleteWeight(const Snapshot& snapshot);

/// Says why a model could not be opened, on standard error for wrong usage, else as a report; gives
/// the exit code.
int tellFailure(const OpenedModel& opened, const std::string& path, bool isJson);

}
