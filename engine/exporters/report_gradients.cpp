#include "engine/exporters/report_gradients.h"

#include "engine/base/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace backstep {

namespace {

using nlohmann::ordered_json;

std::string targetText(const ReportedGradient& gradient)
{
    const std::string name = shortName(gradient.name);
    if (gradient.scope == "type")
        return "every " + name;
    return gradient.scope == "layer" ? "layer " + name : name;
}

/// Line by line; a lone expression says what it gives.
std::string asTyped(const std::string& gradient)
{
    const std::vector<std::string> lines = split(gradient, '\n');
    if (lines.size() == 1 && gradient.find(" = ") == std::string::npos)
        return "  dx = " + printable(gradient) + "\n";
    std::string text;
    for (const std::string& line : lines)
        text += "  | " + printable(line) + "\n";
    return text;
}

ordered_json differenceAsJson(const std::string& at, const GradientDifference& difference)
{
    return {{"at", at},
            {"element", difference.element},
            {"x", difference.x},
            {"for_dy", difference.isForOnes ? "ones" : "random"},
            {"given", difference.given},
            {"expected", difference.expected},
            {"difference", difference.size}};
}

ordered_json asJson(const ReportedGradient& gradient)
{
    const VerdictReport& verdict = gradient.verdict;
    ordered_json object{{"scope", gradient.scope},
                        {"name", gradient.name},
                        {"expression", gradient.text},
                        {"verdict", nameOf(verdict.verdict)},
                        {"reason", gradient.reason},
                        {"accepted_on", gradient.acceptedOn},
                        {"why", verdict.why},
                        {"sentence", gradient.sentence},
                        {"elements", verdict.elementCount},
                        {"places", verdict.placeCount},
                        {"drawn_values", verdict.isOnDrawnValues}};
    if (verdict.hasBehaviour) {
        object["live"] = verdict.behaviour.live;
        object["linear"] = verdict.behaviour.isLinear;
        object["zero_at_zero"] = verdict.behaviour.isZeroAtZero;
        if (verdict.hasDerivative)
            object["largest_difference"] = differenceAsJson(gradient.at, verdict.fromDerivative);
    }
    if (verdict.known)
        object["equals"] = {{"function", verdict.known->function},
                            {"times", verdict.known->factor},
                            {"difference", verdict.known->difference}};
    return object;
}

}

std::string gradientsAsText(const std::vector<ReportedGradient>& gradients)
{
    std::string text;
    for (const ReportedGradient& gradient : gradients) {
        const VerdictReport& verdict = gradient.verdict;
        text += fmt::format("Gradient of {}: {}\n", targetText(gradient), shortWords(verdict));
        text += asTyped(gradient.text) + "  " + gradient.sentence + "\n";
        if (verdict.hasBehaviour)
            text += fmt::format(
                "  live {:.0f} %, {}linear in dy; {}{}, float64\n", 100 * verdict.behaviour.live,
                verdict.behaviour.isLinear ? "" : "not ", counted(verdict.elementCount, "element"),
                verdict.isOnDrawnValues ? ", drawn" : "");
        if (!gradient.reason.empty())
            text += "  accepted" +
                    (gradient.acceptedOn.empty() ? "" : " on " + printable(gradient.acceptedOn)) +
                    ": " + printable(gradient.reason) + "\n";
    }
    return text;
}

nlohmann::ordered_json gradientsAsJson(const std::vector<ReportedGradient>& gradients)
{
    ordered_json all = ordered_json::array();
    for (const ReportedGradient& gradient : gradients)
        all.push_back(asJson(gradient));
    return all;
}

}
