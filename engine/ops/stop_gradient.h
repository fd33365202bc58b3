#pragma once

#include "engine/ops/graph_builder.h"

#include <string_view>

namespace backstep {

/// The helper op that hands x on and no gradient back; written to ONNX as Identity (SEMANTICS R18).
inline constexpr std::string_view kStopGradient = "StopGradient";

/// Its whole name.
inline OpName stopGradientOp()
{
    return {std::string(kStopGradient), std::string(kHelperDomain)};
}

inline Value withoutGradient(const Value& x)
{
    return x.builder().helper(std::string(kStopGradient), {x});
}

}
