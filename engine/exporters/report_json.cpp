#include "engine/exporters/report_compare.h"
#include "engine/exporters/report_gradients.h"

#include <nlohmann/json.hpp>

namespace backstep {

namespace {

using nlohmann::ordered_json;

/// One line; bytes that are not UTF-8 become U+FFFD.
std::string oneLine(const ordered_json& object)
{
    return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json saysAsJson(const ReportSource& source, ValueId weight)
{
    ordered_json says = ordered_json::object();
    if (!source.frameworks)
        return says;
    for (const Framework framework : kFrameworks) {
        const auto& answers = source.frameworks->of(framework, source.profile.isEager).says;
        const auto found = answers.find(weight);
        if (found != answers.end())
            says[std::string(wordOf(framework))] = wordOf(found->second);
    }
    return says;
}

ordered_json weightAsJson(const ReportSource& source, const ValueInfo& weight)
{
    ordered_json object{{"name", weight.name}, {"shape", ordered_json::array()}};
    for (const int64_t size : weight.type.shape)
        object["shape"].push_back(size);
    const auto found = source.report.targets.find(weight.id);
    const Arrival arrival = found == source.report.targets.end() ? Arrival{} : found->second;
    object["status"] = statusWord(arrival.flow);
    object["incomplete"] = arrival.isIncomplete;
    const auto health = source.health.find(weight.id);
    object["health"] = nullptr;
    if (health != source.health.end()) {
        object["health"] = health->second.word;
        object["zero_share"] = health->second.zeroShare;
    }
    object["says"] = saysAsJson(source, weight.id);
    object["cut_by"] = ordered_json::array();
    for (const NodeId node : arrival.cutBy)
        if (source.graph.has(node))
            object["cut_by"].push_back(placeText(source.graph, node));
    return object;
}

ordered_json findingAsJson(const ReportSource& source, const Finding& finding)
{
    const Graph& graph = source.graph;
    const bool hasNode = finding.node != kNoNode && graph.has(finding.node);
    const Node none;
    const Node& node = hasNode ? graph.node(finding.node) : none;
    ordered_json object{
        {"code", finding.kind->code},
        {"severity", nameOf(finding.severity())},
        {"basis", nameOf(finding.basis)},
        {"op", node.origin.name},
        {"type", node.op.type},
        {"layer", node.origin.layer},
        {"timesteps", ordered_json::array()},
        {"message", finding.message},
        {"says", ordered_json::object()},
        {"weights", ordered_json::array()},
        {"fixes", ordered_json::array()},
    };
    for (const Framework framework : kFrameworks)
        if (const std::string& text = finding.says[static_cast<size_t>(framework)]; !text.empty())
            object["says"][std::string(wordOf(framework))] = text;
    for (const TimestepRange& range : finding.timesteps)
        object["timesteps"].push_back({range.first, range.last});
    for (const ValueId weight : finding.weights)
        if (graph.has(weight))
            object["weights"].push_back(graph.value(weight).name);
    for (const Fix& fix : finding.fixes) {
        ordered_json remedy{{"title", fix.title}, {"kind", nameOf(fix.kind)}};
        if (!fix.expression.empty())
            remedy["expression"] = fix.expression;
        if (fix.forward) {
            remedy["forward"] = fix.forward->text;
            remedy["id"] = fix.forward->soft;
        }
        if (!fix.refusal.empty())
            remedy["refused"] = fix.refusal;
        object["fixes"].push_back(std::move(remedy));
    }
    return object;
}

}

std::string reportAsJson(const ReportSource& source)
{
    ordered_json object{
        {"file", source.file},
        {"format", source.format},
        {"producer", source.producer},
        {"assumptions", source.assumptions},
        {"weights", ordered_json::array()},
        {"gradients", gradientsAsJson(source.gradients)},
        {"findings", ordered_json::array()},
    };
    for (const ValueId id : source.graph.valuesOfKind(ValueKind::Weight))
        object["weights"].push_back(weightAsJson(source, source.graph.value(id)));
    for (const Finding& finding : source.findings)
        object["findings"].push_back(findingAsJson(source, finding));
    if (source.isCompared)
        object["compared"] = comparisonAsJson(source);
    return oneLine(object);
}

std::string failureAsJson(const std::string& file, const Error& error)
{
    return oneLine({{"file", file}, {"error", {{"code", error.code}, {"message", error.text()}}}});
}

}
