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
    bool readsText = false;
    bool isNumbers() const { return readsText && castTo && !ones; } ///< texts read as numbers
    bool hasIds() const { return characters || !words.empty(); }
};
/// The Error names an op that is not written.
Result<PreprocessingSteps> stepsOf(const std::vector<InsertedNode>& chain, const TensorType& input);

/// The words as a list of Python.
std::string wordList(const PreprocessingSteps& steps);
/// `ids_of(texts)` in plain Python, for frameworks without text.
std::string idsFunction(const PreprocessingSteps& steps);
/// The texts that go in, or two that stand for them.
std::string textsLiteral(const Tensor& texts);
/// An expression with axes put in or taken out, `x` by itself where there are none.
std::string withAxes(const PreprocessingSteps& steps, Framework framework, std::string x,
                     bool isBatchFirst);

}
