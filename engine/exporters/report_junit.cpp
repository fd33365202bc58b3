// JUnit XML as continuous integration reads it: testsuites, testsuite, testcase, failure, error.
// Five kinds of elements: a library for XML would be more than what it saves.
#include "engine/base/text.h"
#include "engine/exporters/report_form.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

struct TestCase {
    std::string group, name, message = {}, detail = {};
    bool isFailed = false;
};

std::string caseText(const std::string& file, const TestCase& test)
{
    const std::string head =
        fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                    escapedForMarkup(file + " " + test.group), escapedForMarkup(test.name));
    if (test.isFailed)
        return head + fmt::format(">\n      <failure message=\"{}\">{}</failure>\n"
                                  "    </testcase>\n",
                                  escapedForMarkup(test.message), escapedForMarkup(test.detail));
    if (!test.detail.empty())
        return head + fmt::format(">\n      <system-out>{}</system-out>\n    </testcase>\n",
                                  escapedForMarkup(test.detail));
    return head + "/>\n";
}

TestCase caseOf(const ReportSource& source, const Finding& finding, const FailRule& rule)
{
    const bool hasNode = finding.node != kNoNode && source.graph.has(finding.node);
    TestCase test{"findings", std::string(finding.kind->code)};
    if (hasNode)
        test.name += " at " + placeText(source.graph, finding.node);
    test.isFailed = rule.isFailed(finding);
    test.message = fmt::format("{}: {}", nameOf(finding.severity()), finding.kind->title);
    test.detail = finding.message;
    for (const Fix& fix : finding.fixes)
        test.detail += "\nFix: " + fix.title;
    return test;
}

/// A weight fails where a finding that fails cuts it off, or where a part of it is missing.
TestCase caseOf(const ReportSource& source, ValueId weight, const FailRule& rule)
{
    TestCase test{"weights", source.graph.value(weight).name};
    const auto found = source.report.targets.find(weight);
    const Arrival arrival = found == source.report.targets.end() ? Arrival{} : found->second;
    std::vector<std::string> causes;
    for (const Finding& finding : source.findings)
        if (rule.isFailed(finding) && arrival.flow != Flow::Live &&
            std::find(finding.weights.begin(), finding.weights.end(), weight) !=
                finding.weights.end())
            causes.push_back(std::string(finding.kind->code));
    if (arrival.isIncomplete && rule.classes.contains(FailClass::Incomplete))
        causes.emplace_back("incomplete");
    test.isFailed = !causes.empty();
    test.message =
        fmt::format("its gradient is {}: {}", statusWord(arrival.flow), join(causes, ", "));
    std::vector<std::string> places;
    for (const NodeId node : arrival.cutBy)
        if (source.graph.has(node))
            places.push_back(placeText(source.graph, node));
    if (!places.empty())
        test.detail = fmt::format("{}, cut by {}", statusWord(arrival.flow), join(places, ", "));
    return test;
}

ReportPart suite(const std::string& file, int tests, int failures, int errors,
                 const std::string& cases)
{
    return {fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
                        "skipped=\"0\">\n{}  </testsuite>\n",
                        escapedForMarkup(file), tests, failures, errors, cases),
            tests, failures, errors};
}

ReportPart filePart(const ReportSource& source, const FailRule& rule)
{
    std::vector<TestCase> tests;
    for (const Finding& finding : source.findings)
        tests.push_back(caseOf(source, finding, rule));
    for (const ValueId weight : source.graph.valuesOfKind(ValueKind::Weight))
        tests.push_back(caseOf(source, weight, rule));
    std::string cases;
    for (const TestCase& test : tests)
        cases += caseText(source.file, test);
    const auto failures = std::count_if(tests.begin(), tests.end(),
                                        [](const TestCase& test) { return test.isFailed; });
    return suite(source.file, static_cast<int>(tests.size()), static_cast<int>(failures), 0, cases);
}

ReportPart failurePart(const std::string& file, const Error& error)
{
    return suite(file, 1, 0, 1,
                 fmt::format("    <testcase classname=\"{}\" name=\"opens\">\n"
                             "      <error message=\"{}\">{}</error>\n    </testcase>\n",
                             escapedForMarkup(file), escapedForMarkup(error.message),
                             escapedForMarkup(error.text())));
}

std::string document(std::span<const ReportPart> parts)
{
    ReportPart all;
    for (const ReportPart& part : parts) {
        all.text += part.text;
        all.testCount += part.testCount;
        all.failureCount += part.failureCount;
        all.errorCount += part.errorCount;
    }
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<testsuites name=\"backstep\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n"
                       "{}</testsuites>\n",
                       all.testCount, all.failureCount, all.errorCount, all.text);
}

}

ReportForm junitForm()
{
    return {.word = "junit", .file = filePart, .failure = failurePart, .document = document};
}

}
