// One case: by a plan where everything can be planned, else computed while the model is read.

#include "engine/execution/executor.h"
#include "engine/execution/graph_values.h"
#include "engine/formats/file_view.h"
#include "engine/formats/onnx.pb.h"
#include "engine/formats/onnx_file.h"
#include "engine/importers/onnx_importer.h"
#include "tests/conformance/conformance_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>

namespace backstep::conformance {

namespace {

/// What each route knows of the inputs before the model is read.
DTypeSet foldedBy(Route route)
{
    switch (route) {
    case Route::Planned:
    case Route::WithData:
        return sequences | optionals;
    case Route::PlannedSizes:
        return integers | booleans | strings | sequences | optionals;
    default:
        return anyDType | sequences | optionals;
    }
}

const Node* firstProblem(const Graph& graph)
{
    for (NodeId id : graph.nodeIds())
        if (graph.node(id).problem)
            return &graph.node(id);
    return nullptr;
}

/// The outputs, or why there are none.
Result<std::vector<Tensor>> computed(const onnx::ModelProto& model,
                                     const std::filesystem::path& folder, const DataSet& data,
                                     Route route)
{
    ImportOptions options;
    options.inputs = data.inputs;
    options.folded = foldedBy(route);
    GraphValues values(data.inputs);
    if (route == Route::WithData)
        options.atHand = &values;
    Result<ImportedModel> imported = importOnnx(model, folder.string(), options);
    if (!imported)
        return imported.takeError();
    if (const Node* node = firstProblem(imported->graph)) {
        const bool isUnsupported = node->problem->kind == NodeProblem::UnknownOp ||
                                   node->problem->kind == NodeProblem::Unsupported;
        return Error{isUnsupported ? "unsupported" : "refused",
                     node->op.type + ": " + node->problem->message};
    }
    const auto plan =
        std::make_shared<const Plan>(std::make_shared<const Graph>(std::move(imported->graph)));
    std::map<ValueId, Tensor> feeds;
    for (ValueId id : plan->graph().valuesOfKind(ValueKind::Input))
        if (const ValueInfo& input = plan->graph().value(id); input.content.isNull())
            feeds[id] = data.inputs.at(input.name);
    Result<Recording> recording = Recording::make(plan, feeds);
    if (!recording)
        return recording.takeError();
    Executor executor(std::move(*recording));
    const Stop stop = executor.run(plan->size());
    if (stop.reason == Stop::Failed)
        return Error{"unsupported",
                     plan->graph().node(stop.at.node).op.type + ": it cannot be planned"};
    std::vector<Tensor> outputs;
    for (const GraphOutput& output : plan->graph().outputs) {
        const ValueInfo& info = plan->graph().value(output.value);
        if (!info.content.isNull()) {
            outputs.push_back(info.content);
            continue;
        }
        Result<Tensor> value = executor.value({output.value, {}}, plan->size());
        if (!value)
            return value.takeError();
        outputs.push_back(std::move(*value));
    }
    return outputs;
}

Tolerance toleranceOf(const std::filesystem::path& folder)
{
    Tolerance tolerance;
    std::ifstream file(folder / "data.json");
    if (!file)
        return tolerance;
    const auto given = nlohmann::json::parse(file, nullptr, false);
    if (given.is_object()) {
        tolerance.relative = given.value("rtol", tolerance.relative);
        tolerance.absolute = given.value("atol", tolerance.absolute);
    }
    return tolerance;
}

void collectOps(const onnx::GraphProto& graph, std::vector<std::string>& ops)
{
    for (const onnx::NodeProto& node : graph.node()) {
        if (std::find(ops.begin(), ops.end(), node.op_type()) == ops.end())
            ops.push_back(node.op_type());
        for (const onnx::AttributeProto& attribute : node.attribute())
            if (attribute.has_g())
                collectOps(attribute.g(), ops);
    }
}

/// "" when every output fits; else what differs.
std::string differences(const std::vector<Tensor>& found, const DataSet& data,
                        const Tolerance& tolerance, double& ulp)
{
    for (size_t i = 0; i < data.outputs.size(); ++i)
        if (std::string text = difference(found[i], data.outputs[i], tolerance, ulp); !text.empty())
            return fmt::format("output {}: {}", i, text);
    return {};
}

/// Tries the routes in order; a model that one cannot run is left to the next.
void runDataSet(const onnx::ModelProto& model, const std::filesystem::path& folder,
                const DataSet& data, Outcome& outcome)
{
    for (Route route :
         {Route::Planned, Route::WithData, Route::PlannedSizes, Route::FoldedAtImport}) {
        Result<std::vector<Tensor>> found = computed(model, folder, data, route);
        if (!found) {
            outcome.status = found.error().code == "unsupported" ? "unsupported" : "error";
            outcome.detail = found.error().text();
            continue;
        }
        outcome.route = std::max(outcome.route == Route::None ? route : outcome.route, route);
        outcome.detail = differences(*found, data, toleranceOf(folder), outcome.ulp);
        outcome.status = outcome.detail.empty() ? "pass" : "mismatch";
        return;
    }
}

}

Outcome runCase(const std::filesystem::path& folder)
{
    Outcome outcome{.status = "error"};
    Result<FileView> file = FileView::open((folder / "model.onnx").string());
    if (!file)
        return {.status = "error", .detail = file.error().text()};
    Result<std::unique_ptr<onnx::ModelProto>> model = parseOnnx(*file);
    if (!model)
        return {.status = "error", .detail = model.error().text()};
    collectOps((*model)->graph(), outcome.ops);
    Result<std::vector<DataSet>> sets = readDataSets(folder, **model);
    if (!sets || sets->empty()) {
        outcome.detail = sets ? "it has no data" : sets.error().text();
        return outcome;
    }
    for (const DataSet& data : *sets) {
        runDataSet(**model, folder, data, outcome);
        if (!outcome.isPass())
            break;
    }
    return outcome;
}

}
