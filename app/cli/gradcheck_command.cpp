#include "app/cli/commands.h"
#include "app/cli/open_model.h"

#include "engine/base/text.h"
#include "engine/session/model_gradcheck.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace backstep {

namespace {

std::string nameIn(const Graph& graph, const OpGradcheck& check)
{
    return check.node == kNoNode ? "(whole model)" : graph.node(check.node).origin.name;
}

std::string placeIn(const Graph& graph, const OpGradcheck& check)
{
    const bool isAnywhere = !check.isChecked || check.report.verdict == GradcheckVerdict::Exact;
    return isAnywhere ? nameIn(graph, check) : addressText(graph, check.at);
}

std::string remarksOn(const OpGradcheck& check)
{
    if (!check.isChecked)
        return check.remark;
    const JacobianEntry& worst = check.report.worst;
    std::string text = check.remark;
    if (check.report.differing > 0)
        text = fmt::format("gradient {:.9g}, slope {:.9g} at {} by {}", worst.gradient, worst.slope,
                           check.worstOutput, check.worstInput);
    if (check.node == kNoNode)
        return text;
    text += fmt::format("{}live {:.0f} %", text.empty() ? "" : "; ", 100 * check.behaviour.live);
    if (check.behaviour.live == 0)
        text += " (dead)";
    if (!check.behaviour.isLinear)
        text += "; not linear in dy";
    if (!check.behaviour.isZeroAtZero)
        text += "; makes gradient out of nothing";
    return text;
}

std::string asText(const Graph& graph, const std::string& path,
                   const std::vector<OpGradcheck>& checks,
                   const std::vector<std::string>& ignoredCasts)
{
    std::string text = printable(path) + "\n";
    size_t width = 2;
    for (const OpGradcheck& check : checks)
        width = std::max(width, characterCount(shortName(placeIn(graph, check))));
    std::map<std::string, int> counts;
    double transposed = 0;
    for (const OpGradcheck& check : checks) {
        const std::string place = shortName(placeIn(graph, check));
        text += place + std::string(width - characterCount(place) + 2, ' ');
        text += fmt::format("{:<24}", check.verdict);
        const bool hasWorst = check.isChecked && check.report.agreeing > check.report.zero;
        text += hasWorst ? fmt::format("{:>9.2g}  ", check.report.worst.relativeError)
                         : std::string(11, ' ');
        text += printable(remarksOn(check)) + "\n";
        ++counts[check.verdict];
        transposed = std::max(transposed, check.transposeError.value_or(0));
    }
    if (!ignoredCasts.empty())
        text += fmt::format("precision steps ignored: Cast '{}'\n",
                            printable(join(ignoredCasts, "', '")));
    text +=
        fmt::format("<w, Jv> and <J'w, v> of linear gradients: at most {:.2g} apart\n", transposed);
    std::vector<std::string> words;
    for (const auto& [verdict, count] : counts)
        words.push_back(fmt::format("{} {}", count, verdict));
    return text + join(words, ", ") + "\n";
}

std::string asJson(const Graph& graph, const std::string& path,
                   const std::vector<OpGradcheck>& checks,
                   const std::vector<std::string>& ignoredCasts)
{
    using nlohmann::ordered_json;
    ordered_json object{
        {"file", path}, {"precision_steps_ignored", ignoredCasts}, {"ops", ordered_json::array()}};
    for (const OpGradcheck& check : checks) {
        const bool isWhole = check.node == kNoNode;
        ordered_json entry{{"op", nameIn(graph, check)},
                           {"type", isWhole ? "" : graph.node(check.node).op.type},
                           {"at", placeIn(graph, check)},
                           {"verdict", check.verdict},
                           {"remark", check.remark}};
        if (check.isChecked) {
            const GradcheckReport& report = check.report;
            entry["entries"] = {{"agreeing", report.agreeing},   {"zero", report.zero},
                                {"undecided", report.undecided}, {"at_kinks", report.atKinks},
                                {"at_jumps", report.atJumps},    {"not_finite", report.notFinite},
                                {"differing", report.differing}};
            entry["worst"] = {{"output", check.worstOutput},
                              {"input", check.worstInput},
                              {"gradient", report.worst.gradient},
                              {"slope", report.worst.slope},
                              {"tolerance", report.worst.tolerance},
                              {"relative_error", report.worst.relativeError}};
            if (!isWhole) {
                entry["live"] = check.behaviour.live;
                entry["linear"] = check.behaviour.isLinear;
                entry["zero_at_zero"] = check.behaviour.isZeroAtZero;
            }
            if (check.transposeError)
                entry["transpose_error"] = *check.transposeError;
        }
        object["ops"].push_back(std::move(entry));
    }
    return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}

int gradcheckModelFile(const Options& options)
{
    const std::string& path = options.files.front();
    OpenedModel opened;
    openModel(opened, path, options.model);
    if (opened.error)
        return tellFailure(opened, path, options.isJson);
    const std::vector<OpGradcheck> checks = gradcheckModel(opened.session, options.op);
    const std::shared_ptr<const Snapshot> snapshot = opened.session.snapshot();
    const Graph& graph = *snapshot->program;
    if (checks.empty() && !options.op.empty()) {
        fmt::print(stderr, "{}\n", noSuchOp("--op", options.op, graph).text());
        return kUsage;
    }
    const std::vector<std::string>& ignored = snapshot->document->source->ignoredCasts;
    fmt::print("{}", options.isJson ? asJson(graph, path, checks, ignored)
                                    : asText(graph, path, checks, ignored));
    const bool isFound = std::any_of(checks.begin(), checks.end(),
                                     [](const OpGradcheck& check) { return check.isFailure; });
    return isFound ? kFound : kClean;
}

}
