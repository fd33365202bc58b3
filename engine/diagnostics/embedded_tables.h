#pragma once

#include <span>
#include <string_view>

namespace backstep {

// The tables of resources/tables, line by line; sources are made from them while building.
extern const std::span<const std::string_view> kTensorFlowGradients;
extern const std::span<const std::string_view> kPyTorchGradients;
extern const std::span<const std::string_view> kJaxGradients;
extern const std::span<const std::string_view> kOnnxOps;

}
