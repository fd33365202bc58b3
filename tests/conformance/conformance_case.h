#pragma once

#include "engine/base/result.h"
#include "engine/tensor/tensor.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace backstep::onnx {
class ModelProto;
}

namespace backstep::conformance {

/// One line of the list of cases (tests/data/onnx_backend_subset.txt).
struct Case {
    std::string source; ///< "deb": the package libonnx-testdata; "whl": the PyPI package onnx
    std::string name;   ///< "node/test_add"
    std::string family;
};

/// What the ways of running a model are called, from the fullest to the poorest use of the engine.
enum class Route : uint8_t {
    Planned,        ///< everything runs by a plan
    WithData,       ///< so it does with the data at hand when the model is read
    PlannedSizes,   ///< so it does once inputs of integers, booleans and text are known
    FoldedAtImport, ///< some size depends on data: computed while the model is read
    None,
};
std::string_view nameOf(Route route);

/// How a case ended.
struct Outcome {
    std::string status;      ///< pass, mismatch, unsupported, error, crash, timeout
    std::string detail = {}; ///< one line
    Route route = Route::None;
    double ulp = 0; ///< the largest error of a float element
    std::vector<std::string> ops = {};
    bool isPass() const { return status == "pass"; }
};

/// Inputs and expected outputs, in the order of the graph.
struct DataSet {
    std::map<std::string, Tensor> inputs;
    std::vector<Tensor> outputs;
};

Result<std::vector<Case>> readList(const std::filesystem::path& file);

/// The data sets beside a model; the message type of each file comes from the graph's declaration.
Result<std::vector<DataSet>> readDataSets(const std::filesystem::path& folder,
                                          const onnx::ModelProto& model);

/// Loads, imports, runs and compares the case in `folder`.
Outcome runCase(const std::filesystem::path& folder);

/// Compares one output: dtype, shape, elements. Returns what differs, "" for nothing; `ulp` grows
/// to the largest error seen.
struct Tolerance {
    double relative = 1e-3, absolute = 1e-7; ///< those of ONNX's own runner
};
std::string difference(const Tensor& found, const Tensor& wanted, const Tolerance& tolerance,
                       double& ulp);

}
