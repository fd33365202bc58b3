#pragma once

#include "engine/diagnostics/forward_choice.h"
#include "engine/graph/values_at_hand.h"
#include "engine/tensor/dtype.h"

#include <map>
#include <string>
#include <vector>

namespace backstep {

struct ImportOptions {
    std::map<std::string, int64_t> dimensions; ///< free sizes by name
    /// Known tensors of inputs, by name: their sizes hold, whatever the file leaves open.
    std::map<std::string, Tensor> inputs;
    /// Of these dtypes known inputs and initializers are constants, so that what depends on them
    /// alone is computed while the model is read.
    DTypeSet folded;
    std::vector<ForwardChoice> forwards;
    /// What decides an If, a trip count or a size that only a run knows; null without data.
    ValuesAtHand* atHand = nullptr;
    /// Every tensor, constant and Cast target of these dtypes becomes float64.
    DTypeSet widened;

    DType read(DType dtype) const { return widened.has(dtype) ? DType::Float64 : dtype; }
};

/// A node of the file that computes what was given for it.
struct PlacedForward {
    ForwardChoice choice;
    std::vector<std::string> inputNames; ///< as the text may call them
    std::vector<TensorType> inputs;      ///< Undefined where an optional one is left out
    std::vector<std::string> outputs; ///< tensors of the file; the first named one tells the node
    std::vector<std::pair<std::string, TensorType>> weights; ///< that the text may name
};

/// What an importer makes of a file.
struct ImportedModel {
    Graph graph; ///< raised to Scans, without loss
    std::string format, producer;
    std::string loss;                      ///< named in the file: "mse", "cross-entropy", or ""
    std::string text;                      ///< the line that the model was built from, or ""
    std::vector<std::string> assumptions;  ///< sizes that were bound, and the like
    std::vector<std::string> ignoredCasts; ///< between widths of floats, made one by widening
    bool needsData = false; ///< something was left as it is because only data could tell
    std::vector<PlacedForward> placedForwards;
    std::string forwardNotes;  ///< given forwards kept in the file, as its metadata holds them
    std::string gradientNotes; ///< custom gradients kept in the file, as its metadata holds them
};

}
