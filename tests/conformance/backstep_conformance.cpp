// backstep-conformance: runs ONNX's backend cases through the engine and says how each ended.

#include "engine/base/text.h"
#include "tests/conformance/conformance_pool.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <regex>
#include <set>
#include <thread>

using namespace backstep;
using namespace backstep::conformance;

namespace {

struct Options {
    std::map<std::string, std::string> roots; ///< folder of the cases by source
    std::string list, source, filter, report, expected;
    int jobs = static_cast<int>(std::thread::hardware_concurrency());
};

/// Rows "source  name  reason" of cases whose data is known to be wrong.
std::set<std::pair<std::string, std::string>> expectedFailures(const std::string& path)
{
    std::set<std::pair<std::string, std::string>> rows;
    std::ifstream lines(path);
    for (std::string line; std::getline(lines, line);)
        if (const auto columns = split(line, '\t'); columns.size() >= 3 && line[0] != '#')
            rows.insert({columns[0], columns[1]});
    return rows;
}

std::vector<Case> chosen(const std::vector<Case>& all, const Options& options)
{
    std::vector<Case> cases;
    const std::regex filter(options.filter);
    for (const Case& each : all)
        if ((options.source.empty() || each.source == options.source) &&
            (options.filter.empty() || std::regex_search(each.name, filter)))
            cases.push_back(each);
    return cases;
}

struct Count {
    int passed = 0, failed = 0;
    void add(bool isPass) { ++(isPass ? passed : failed); }
};

void printTable(const std::string& title, const std::map<std::string, Count>& rows)
{
    fmt::print("\n{:<34} {:>7} {:>7}\n", title, "passed", "failed");
    for (const auto& [name, count] : rows)
        fmt::print("{:<34} {:>7} {:>7}\n", name, count.passed, count.failed);
}

void printTables(const std::vector<Case>& cases, const std::vector<Outcome>& outcomes)
{
    std::map<std::string, Count> families, ops, routes;
    double ulp = 0;
    for (size_t i = 0; i < cases.size(); ++i) {
        families[cases[i].family].add(outcomes[i].isPass());
        for (const std::string& op : outcomes[i].ops)
            ops[op].add(outcomes[i].isPass());
        routes[std::string(nameOf(outcomes[i].route))].add(outcomes[i].isPass());
        if (outcomes[i].isPass())
            ulp = std::max(ulp, outcomes[i].ulp);
    }
    printTable("op", ops);
    printTable("family", families);
    printTable("way of running", routes);
    fmt::print("\nlargest error of a passing case: {:.3g} ULP\n", ulp);
}

void writeReport(const std::string& path, const std::vector<Case>& cases,
                 const std::vector<Outcome>& outcomes)
{
    std::ofstream report(path);
    report << "# source\tname\tfamily\tstatus\tway\tulp\tdetail\n";
    for (size_t i = 0; i < cases.size(); ++i)
        report << fmt::format("{}\t{}\t{}\t{}\t{}\t{:.3g}\t{}\n", cases[i].source, cases[i].name,
                              cases[i].family, outcomes[i].status, nameOf(outcomes[i].route),
                              outcomes[i].ulp, outcomes[i].detail);
}

/// Prints what did not end as it should; returns how many.
int unexpected(const std::vector<Case>& cases, const std::vector<Outcome>& outcomes,
               const std::string& expectedFile)
{
    const auto expected = expectedFailures(expectedFile);
    int count = 0;
    for (size_t i = 0; i < cases.size(); ++i) {
        const bool isExpected = expected.contains({cases[i].source, cases[i].name});
        if (isExpected != outcomes[i].isPass())
            continue;
        ++count;
        if (isExpected)
            fmt::print("{} {}: passes, but is listed as an expected failure\n", cases[i].source,
                       cases[i].name);
        else
            fmt::print("{} {}: {} {}\n", cases[i].source, cases[i].name, outcomes[i].status,
                       outcomes[i].detail);
    }
    return count;
}

int run(const Options& options)
{
    Result<std::vector<Case>> listed = readList(options.list);
    if (!listed) {
        fmt::print(stderr, "{}\n", listed.error().text());
        return 3;
    }
    const std::vector<Case> cases = chosen(*listed, options);
    std::vector<Outcome> outcomes(cases.size());
    int skipped = 0;
    runForked(
        cases.size(), options.jobs,
        [&](size_t i) -> Outcome {
            const auto root = options.roots.find(cases[i].source);
            const auto folder =
                std::filesystem::path(root == options.roots.end() ? "" : root->second) /
                cases[i].name;
            if (root == options.roots.end() || root->second.empty() ||
                !std::filesystem::exists(folder))
                return {.status = "skipped", .detail = "its files are not here"};
            return runCase(folder);
        },
        [&](size_t i, Outcome outcome) { outcomes[i] = std::move(outcome); });
    std::vector<Case> ran;
    std::vector<Outcome> answers;
    for (size_t i = 0; i < cases.size(); ++i) {
        if (outcomes[i].status == "skipped") {
            ++skipped;
            continue;
        }
        ran.push_back(cases[i]);
        answers.push_back(outcomes[i]);
    }
    const int bad = unexpected(ran, answers, options.expected);
    printTables(ran, answers);
    if (!options.report.empty())
        writeReport(options.report, ran, answers);
    const auto passed = std::count_if(answers.begin(), answers.end(),
                                      [](const Outcome& outcome) { return outcome.isPass(); });
    fmt::print("{} passed, {} failed, {} skipped\n", passed,
               static_cast<std::ptrdiff_t>(answers.size()) - passed, skipped);
    return bad == 0 ? 0 : 1;
}

}

int main(int argc, char** argv)
{
    Options options;
    CLI::App app("Runs ONNX backend cases through Backstep's engine.");
    std::vector<std::string> roots;
    app.add_option("--root", roots,
                   "folder of the cases: DIR with --source, else deb=DIR (of libonnx-testdata) and "
                   "whl=DIR (filled by write_onnx_cases.py)")
        ->required();
    app.add_option("--list", options.list, "list of cases")->required();
    app.add_option("--source", options.source, "only the cases of one source: deb or whl");
    app.add_option("--filter", options.filter, "only names that match this regular expression");
    app.add_option("--report", options.report, "write how each case ended, as TSV");
    app.add_option("--expected-failures", options.expected,
                   "cases that must fail: source, name, reason; exit 0 when exactly these do");
    app.add_option("--jobs", options.jobs, "cases at a time");
    CLI11_PARSE(app, argc, argv);
    for (const std::string& root : roots) {
        const size_t border = root.find('=');
        options.roots[border == std::string::npos ? options.source : root.substr(0, border)] =
            root.substr(border == std::string::npos ? 0 : border + 1);
    }
    return run(options);
}
