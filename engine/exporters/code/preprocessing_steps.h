#pragma once

#include "engine/base/result.h"
#include "engine/diagnostics/framework_tables.h"
#include "engine/exporters/onnx_insertion.h"

#include <optional>
#include <string>
#include <vector>

namespace backstep {

/// What a chain that is put before an op does, read off its nodes.
struct PreprocessingSteps {
    const Attributes* characters = nullptr; ///< of CharacterIds
    std::vector<std::string> words;         ///< of LabelEncoder
    int64_t rows = 0, columns = 0;          ///< of the Embedding
    std::optional<int64_t> ones;            ///< of OneHot: its length; `castTo` is its dtype
    std::optional<DType> castTo;
    std::vector<int64_t> inserted, removed; ///< axes of size 1
    std::vector<int64_t> perm;              ///< the order that the axes are brought into, last
    bool readsText = false;
    bool isNumbers() const { return readsText && castTo && !ones; } ///< texts read as numbers
    bool hasIds() const { return characters || !words.empty(); }
};
/// Of a chain in a graph that has time before the batch, for a framework that wants the batch
/// first: `isBatchFirst`. The Error names an op that is not written.
Result<PreprocessingSteps> stepsOf(const std::vector<InsertedNode>& chain, const TensorType& input,
                                   bool isBatchFirst);

/// The words as a list of Python.
std::string wordList(const PreprocessingSteps& steps);
/// `ids_of(texts)` in plain Python, for frameworks without text.
std::string idsFunction(const PreprocessingSteps& steps);
/// The texts that go in, or two that stand for them.
std::string textsLiteral(const Tensor& texts);
/// An expression with axes put in, taken out and brought into order; `x` itself where none are.
std::string withAxes(const PreprocessingSteps& steps, Framework framework, std::string x);
/// What becomes of a shape with these axes.
Shape withAxes(const PreprocessingSteps& steps, Shape shape);

}
