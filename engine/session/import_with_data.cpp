#include "engine/session/import_with_data.h"

#include "engine/execution/graph_values.h"
#include "engine/importers/onnx_importer.h"
#include "engine/ops/random_numbers.h"
#include "engine/session/made_up_data.h"

namespace backstep {

namespace {

/// The data of a run by input name; empty where given data do not fit or would be too large (a run
/// says so).
std::map<std::string, Tensor> dataFor(const Graph& graph, const InputChoice& inputs)
{
    std::vector<std::string> notes;
    const Result<std::map<ValueId, Tensor>> feeds = feedsFor(graph, inputs, notes);
    std::map<std::string, Tensor> data{{kDrawName, drawOf(inputs)}};
    if (feeds)
        for (const auto& [id, tensor] : *feeds)
            data[graph.value(id).name] = tensor;
    return data;
}

bool areEqual(const std::map<std::string, Tensor>& a, const std::map<std::string, Tensor>& b)
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](const auto& left, const auto& right) {
               return left.first == right.first && left.second.sameElements(right.second);
           });
}

}

Result<ImportedModel> importWithData(const onnx::ModelProto& model, const std::string& folder,
                                     ImportOptions options, const InputChoice& inputs)
{
    Result<ImportedModel> imported = importOnnx(model, folder, options);
    if (!imported || !imported->needsData)
        return imported;
    // Integers are made up from what reads them, which a better reading may change.
    constexpr int mostReadings = 3;
    std::map<std::string, Tensor> data;
    for (int reading = 0; imported && reading < mostReadings; ++reading) {
        std::map<std::string, Tensor> next = dataFor(imported->graph, inputs);
        if (reading > 0 && areEqual(next, data))
            break;
        data = std::move(next);
        GraphValues values(data);
        options.atHand = &values;
        imported = importOnnx(model, folder, options);
    }
    return imported;
}

}
