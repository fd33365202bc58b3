#include "engine/exporters/training_graph.h"

#include "engine/exporters/export_form.h"
#include "engine/exporters/helper_calls.h"
#include "engine/exporters/onnx_parts.h"
#include "engine/exporters/onnx_writer.h"
#include "engine/formats/onnx_file.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace backstep {

namespace {

constexpr int kIrVersion = 10;
constexpr const char* kSeedName = "dloss";

/// The first op that ONNX would not know either.
Result<void> checkExportable(const Graph& graph)
{
    for (const NodeId id : graph.nodeIds()) {
        const Node& node = graph.node(id);
        if (node.problem)
            return Error{"not-exportable", node.problem->message,
                         "A training graph needs ops that can be computed."};
    }
    return {};
}

/// Makes what is to be read at the end survive the change of form: more graph outputs.
struct Ends {
    size_t loss = 0;
    std::vector<size_t> outputs;
    std::map<std::string, size_t> gradients;
    size_t seed = 0;
    bool hasSeed = false;
};

Ends addEnds(Graph& graph, const TrainingProgram& program)
{
    Ends ends;
    for (size_t i = 0; i < graph.outputs.size(); ++i)
        if (graph.outputs[i].value != kNoValue)
            ends.outputs.push_back(i);
    const auto add = [&](const std::string& name, ValueId value) {
        graph.outputs.push_back({name, value});
        return graph.outputs.size() - 1;
    };
    ends.loss = add("loss", graph.loss);
    for (const ValueId weight : graph.valuesOfKind(ValueKind::Weight)) {
        const auto arrival = program.report.targets.find(weight);
        const auto cotangent = program.cotangents.find(weight);
        const bool isPresent =
            arrival != program.report.targets.end() &&
            (arrival->second.flow == Flow::Live || arrival->second.flow == Flow::Zero) &&
            !arrival->second.isIncomplete;
        if (isPresent && cotangent != program.cotangents.end()) {
            const std::string& name = graph.value(weight).name;
            ends.gradients[name] = add(name + ".grad", cotangent->second);
        }
    }
    const auto seed = program.cotangents.find(graph.loss);
    if (seed != program.cotangents.end() && graph.value(seed->second).kind == ValueKind::Constant) {
        ends.seed = add(kSeedName, seed->second);
        ends.hasSeed = true;
    }
    return ends;
}

void addFunctions(onnx::ModelProto& model, const std::vector<std::string>& functions)
{
    std::set<std::string> domains;
    for (const std::string& function : functions) {
        model.add_functions()->ParseFromString(function);
        domains.insert(model.functions(model.functions_size() - 1).domain());
    }
    for (const std::string& domain : domains) {
        onnx::OperatorSetIdProto& import = *model.add_opset_import();
        import.set_domain(domain);
        import.set_version(1);
    }
}

}

Result<std::string> trainingGraphAsOnnx(const TrainingProgram& program, HelperForm helpers)
{
    if (program.graph.loss == kNoValue)
        return Error{"not-exportable", "The model has no loss: no output is floating."};
    if (Result<void> fits = checkExportable(program.graph); !fits)
        return fits.takeError();
    Graph marked = program.graph;
    const Ends ends = addEnds(marked, program);
    Result<std::vector<std::string>> functions = std::vector<std::string>();
    if (helpers == HelperForm::Called)
        functions = callHelpers(marked, kWrittenOpset);
    if (!functions)
        return functions.takeError();
    const Result<Graph> formed = inExportForm(std::move(marked));
    if (!formed)
        return formed.error();
    const Graph& graph = *formed;

    onnx::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.set_producer_name("backstep");
    model.add_opset_import()->set_version(kWrittenOpset);
    addFunctions(model, *functions);
    onnx::GraphProto& top = *model.mutable_graph();
    top.set_name("training");
    OnnxWriter writer(graph, top);
    // Names that the file promises first, then those that are made up.
    for (const ValueId id : graph.valuesOfKind(ValueKind::Input)) {
        const ValueInfo& input = graph.value(id);
        writer.reserve(input.name);
        writer.give(id, input.name);
        declareValue(*top.add_input(), input.name, input.type);
        if (!input.content.isNull())
            *top.add_initializer() = protoOf(input.content, input.name);
    }
    for (const ValueId id : graph.valuesOfKind(ValueKind::Weight)) {
        const ValueInfo& weight = graph.value(id);
        writer.reserve(weight.name);
        writer.give(id, weight.name);
        *top.add_initializer() = protoOf(weight.content, weight.name);
    }
    if (ends.hasSeed) {
        const ValueId seed = graph.outputs[ends.seed].value;
        const std::string name = writer.unique(kSeedName);
        writer.give(seed, name);
        declareValue(*top.add_input(), name, graph.value(seed).type);
        *top.add_initializer() = protoOf(graph.value(seed).content, name);
    }
    std::vector<std::pair<std::string, ValueId>> outputs;
    const auto promise = [&](size_t index) {
        const GraphOutput& output = graph.outputs[index];
        outputs.emplace_back(writer.unique(output.name), output.value);
    };
    for (const size_t output : ends.outputs)
        promise(output);
    outputs.insert(outputs.begin(), {writer.unique("loss"), graph.outputs[ends.loss].value});
    std::vector<std::string> absent;
    for (const ValueId id : graph.valuesOfKind(ValueKind::Weight)) {
        const auto gradient = ends.gradients.find(graph.value(id).name);
        if (gradient == ends.gradients.end())
            absent.push_back(graph.value(id).name);
        else
            promise(gradient->second);
    }
    writer.writeNodes();
    for (const auto& [name, value] : outputs) {
        writer.alias(top, value, name);
        declareValue(*top.add_output(), name, graph.value(value).type);
    }
    onnx::StringStringEntryProto& entry = *model.add_metadata_props();
    entry.set_key(kAbsentGradientsKey);
    entry.set_value(nlohmann::json(absent).dump());
    return serialize(model);
}

}
