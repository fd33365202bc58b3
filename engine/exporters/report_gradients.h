#pragma once

#include "engine/exporters/report.h"

#include <nlohmann/json_fwd.hpp>

namespace backstep {

/// The field `gradients` of the JSON of `check` and `run`.
nlohmann::ordered_json gradientsAsJson(const std::vector<ReportedGradient>& gradients);

}
