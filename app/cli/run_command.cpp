#include "app/cli/commands.h"
#include "app/cli/given_gradients.h"
#include "app/cli/open_model.h"
#include "app/cli/pass_results.h"

#include "engine/base/text.h"
#include "engine/exporters/report_gradients.h"
#include "engine/formats/npz.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace backstep {

namespace {

/// Status, numbers, and what cut the gradient, as the end of a row.
std::string remarksOn(const ReportSource& source, const GradientResult& result)
{
    std::string text = fmt::format("{:<8}", statusWord(result.arrival.flow));
    if (!result.gradient.isNull())
        text += fmt::format("  {:>12.5g}  {:>12.5g}", result.norm, result.largest);
    if (result.nonFiniteCount > 0)
        text += "  " + counted(result.nonFiniteCount, "element") + " not finite";
    std::vector<std::string> places;
    for (const NodeId node : result.arrival.cutBy)
        if (source.graph.has(node))
            places.push_back(shortName(placeText(source.graph, node)));
    if (result.arrival.isIncomplete)
        text += "  incomplete: lacks the part through " + join(places, ", ");
    else if (!places.empty() && result.arrival.flow != Flow::Live)
        text += "  cut by " + join(places, ", ");
    return text + (result.isInput ? "  (input)" : "");
}

std::string asText(const ReportSource& source, const PassResults& results)
{
    std::string text = printable(source.file) + "\n";
    for (const std::string& assumption : source.assumptions)
        text += "  " + printable(assumption) + "\n";
    if (!source.gradients.empty())
        text += "\n" + gradientsAsText(source.gradients);
    text += results.loss ? fmt::format("\nloss  {:.9g}\n\n", *results.loss)
                         : "\nloss  not computed\n\n";
    size_t nameWidth = 4, shapeWidth = 5;
    for (const GradientResult& result : results.gradients) {
        nameWidth = std::max(nameWidth, characterCount(shortName(result.name)));
        shapeWidth = std::max(shapeWidth, result.shape.text().size());
    }
    const auto padded = [](const std::string& word, size_t width) {
        return word + std::string(width - std::min(width, characterCount(word)) + 2, ' ');
    };
    text += padded("name", nameWidth) + padded("shape", shapeWidth) +
            fmt::format("{:<8}  {:>12}  {:>12}\n", "gradient", "norm", "largest");
    for (const GradientResult& result : results.gradients)
        text += padded(shortName(result.name), nameWidth) +
                padded(result.shape.text(), shapeWidth) + remarksOn(source, result) + "\n";
    return text;
}

std::string asJson(const ReportSource& source, const PassResults& results)
{
    using nlohmann::ordered_json;
    ordered_json object{
        {"file", source.file}, {"loss", nullptr}, {"assumptions", source.assumptions}};
    if (results.loss)
        object["loss"] = *results.loss;
    object["gradients"] = gradientsAsJson(source.gradients);
    if (results.state.reason == StopReason::Failed)
        object["stopped"] = results.state.message;
    for (const char* group : {"weights", "inputs"}) {
        object[group] = ordered_json::array();
        for (const GradientResult& result : results.gradients) {
            if (result.isInput != (std::string_view(group) == "inputs"))
                continue;
            ordered_json entry{{"name", result.name},
                               {"shape", result.shape.sizes()},
                               {"status", statusWord(result.arrival.flow)},
                               {"incomplete", result.arrival.isIncomplete},
                               {"cut_by", ordered_json::array()},
                               {"norm", nullptr},
                               {"largest", nullptr},
                               {"non_finite", result.nonFiniteCount}};
            for (const NodeId node : result.arrival.cutBy)
                if (source.graph.has(node))
                    entry["cut_by"].push_back(placeText(source.graph, node));
            if (!result.gradient.isNull()) {
                entry["norm"] = result.norm;
                entry["largest"] = result.largest;
            }
            object[group].push_back(std::move(entry));
        }
    }
    return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// 1 where an op could not be computed, or a weight is blocked or incomplete; zero and none are
/// answers, not failures.
int exitCodeOf(const PassResults& results, bool allowsIncomplete)
{
    bool isFound = results.state.reason == StopReason::Failed || !results.loss;
    for (const GradientResult& result : results.gradients)
        if (!result.isInput)
            isFound = isFound || result.arrival.flow == Flow::Blocked ||
                      (result.arrival.isIncomplete && !allowsIncomplete);
    return isFound ? kFound : kClean;
}

}

int runModel(const Options& options)
{
    const std::string& path = options.files.front();
    OpenedModel opened;
    openModel(opened, path, options.model);
    if (opened.error)
        return tellFailure(opened, path, options.isJson);
    const PassResults results = runPass(opened.session, options.allowsIncomplete);
    ReportSource source =
        reportSource(*opened.session.snapshot(), path, *opened.session.snapshot()->findings);
    source.assumptions.insert(source.assumptions.end(), opened.notes.begin(), opened.notes.end());
    source.gradients = reported(*opened.session.snapshot()->program, verdictsOf(opened.session));
    fmt::print("{}", options.isJson ? asJson(source, results) : asText(source, results));
    if (results.state.reason == StopReason::Failed)
        fmt::print(stderr, "Stopped: {}\n", printable(results.state.message));
    if (!options.saveTo.empty()) {
        Result<std::string> bytes = npzOf(savedEntries(results));
        const Result<void> written =
            bytes ? writeFile(options.saveTo, *bytes) : Result<void>(bytes.takeError());
        if (!written) {
            fmt::print(stderr, "{}\n", written.error().text());
            return kUnreadable;
        }
    }
    return areUnanswered(source.gradients) ? kFound : exitCodeOf(results, options.allowsIncomplete);
}

}
