#pragma once

#include "engine/autodiff/profile.h"
#include "engine/autodiff/report.h"
#include "engine/checks/compare.h"
#include "engine/checks/gradient_verdict.h"
#include "engine/checks/run_checks.h"
#include "engine/diagnostics/finding.h"
#include "engine/graph/graph.h"

#include <map>
#include <string>
#include <vector>

namespace backstep {

/// A gradient that the user gives, and what is found out about it (SEMANTICS R14).
struct ReportedGradient {
    std::string scope, name;        ///< "node", "layer" or "type", and which
    std::string text;               ///< as typed
    std::string reason, acceptedOn; ///< of a surrogate
    std::string at;                 ///< address of the largest difference: "lstm/Tanh@3"
    VerdictReport verdict;
    std::string sentence;
};

/// What a report is written from; borrowed for the call.
struct ReportSource {
    std::string file, format, producer;
    std::vector<std::string> assumptions; ///< loss, data, dimensions that were made up
    const Graph& graph;                   ///< forward ops and weights
    const ConversionReport& report;
    const FindingList& findings;
    std::string command =
        {}; ///< how a fix is tried: "backstep run model.onnx"; "" for no such line
    const FrameworkAnswers* frameworks = nullptr; ///< null: not asked
    Profile profile = {};
    std::vector<ReportedGradient> gradients = {};
    std::map<ValueId, Health> health = {};      ///< by weight, where a run tells (SEMANTICS R3)
    bool isCompared = false;                    ///< `compared` is told, even where it is empty
    std::vector<ComparedFinding> compared = {}; ///< findings by all four profiles
};

/// The report as text for a terminal: what the file is, one finding each, the weights as a table.
/// Names of unknown origin are made printable; ends with a line feed.
std::string reportAsText(const ReportSource& source);

/// The report as one JSON object on one line, fields as in `check --format json`.
std::string reportAsJson(const ReportSource& source);

/// The gradients that were given with their verdicts, as text ("" for none).
std::string gradientsAsText(const std::vector<ReportedGradient>& gradients);

/// A file that could not be opened, in the same two forms.
std::string failureAsText(const std::string& file, const Error& error);
std::string failureAsJson(const std::string& file, const Error& error);

std::string_view nameOf(Severity severity);

/// A word as a shell reads it back: quoted where it holds more than letters, digits and ._/-.
std::string shellWord(const std::string& text);

/// A name fit for one line of a table: printable, its middle left out where it is long.
std::string shortName(std::string_view name);

/// "Sign", or "Sign@0-11" where it runs at every timestep of one Scan.
std::string placeText(const Graph& graph, NodeId node);

}
