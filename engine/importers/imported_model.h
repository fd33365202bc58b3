#pragma once

#include "engine/graph/values_at_hand.h"
#include "engine/tensor/dtype.h"

#include <map>
#include <string>
#include <vector>

namespace backstep {

/// What the user says that an op computes (SEMANTICS R16): for the node of this name, else for all
/// ops of this type.
struct ForwardChoice {
    std::string op, text;
    bool operator==(const ForwardChoice&) const = default;
};

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
    bool isWidened = false; ///< every float32 tensor, constant and Cast target becomes float64
};

/// What an importer makes of a file.
struct ImportedModel {
    Graph graph; ///< raised to Scans, without loss
    std::string format, producer;
    std::string loss;                     ///< named in the file: "mse", "cross-entropy", or ""
    std::string text;                     ///< the line that the model was built from, or ""
    std::vector<std::string> assumptions; ///< sizes that were bound, and the like
    bool needsData = false;    ///< something was left as it is because only data could tell
    std::string gradientNotes; ///< custom gradients kept in the file, as its metadata holds them
};

}
