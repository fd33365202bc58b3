#pragma once

#include "engine/importers/model_text.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

enum class LayerKind : uint8_t { Embedding, Recurrent, Dense, Unary, Loss };

/// What an argument may be.
struct LayerParameter {
    enum class Kind : uint8_t { Count, Flag, Activation } kind;
    std::string_view name;
    bool isRequired = false;
};

/// A layer that a model's line may name. `op` is the ONNX operator; of a loss what
/// `backstep.loss` says.
struct LayerDef {
    std::string_view name;
    LayerKind kind;
    std::string_view op;
    std::span<const LayerParameter> parameters = {};
};

/// A layer with its arguments sorted out; those left out are absent.
struct LayerCall {
    const LayerDef* def = nullptr;
    int column = 0;
    std::map<std::string, int64_t, std::less<>> counts;
    std::map<std::string, bool, std::less<>> flags;
    std::string activation = {}; ///< ONNX operator, "" for none
    bool flag(std::string_view name, bool otherwise) const;
};

/// Looks a layer up (upper and lower case are one, `-` and `_` too) and checks its arguments.
Result<LayerCall> layerCallOf(const TextLayer& layer);

}
