#pragma once

#include "engine/exporters/report.h"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace backstep {

/// What makes a report a failure: the classes of `--fail-on`.
struct FailRule {
    std::set<FailClass> classes;
    bool isFailed(const Finding& finding) const
    {
        return finding.severity() != Severity::Info && classes.contains(finding.kind->failClass);
    }
};

/// One file's share of a report.
struct ReportPart {
    std::string text;
    int testCount = 0, failureCount = 0, errorCount = 0; ///< of JUnit
};

/// A form that reports are written in.
struct ReportForm {
    std::string_view word; ///< of `--format`
    ReportPart (*file)(const ReportSource& source, const FailRule& rule);
    /// Of a file that could not be opened or not be checked.
    ReportPart (*failure)(const std::string& file, const Error& error);
    /// All parts as one document; null where parts are printed one by one, `between` them.
    std::string (*document)(std::span<const ReportPart> parts) = nullptr;
    std::string_view between = {};
};

/// text, json, sarif, junit, html; null for another word.
const ReportForm* reportForm(std::string_view word);
/// "text, json, sarif, junit or html"
std::string reportFormWords();

// Each in its own file.
ReportForm sarifForm(); ///< SARIF 2.1.0 (OASIS), as code scanning reads it
ReportForm junitForm(); ///< JUnit XML: a testsuite a file, a testcase a finding or a weight
ReportForm htmlForm();  ///< one page without scripts, light and dark

/// Text inside an element or an attribute of XML or HTML: characters that both forbid are shown as
/// escapes.
std::string escapedForMarkup(std::string_view text);

}
