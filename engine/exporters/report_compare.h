#pragma once

#include "engine/exporters/report.h"

#include <nlohmann/json_fwd.hpp>

namespace backstep {

/// Findings by the four profiles as a table for a terminal; "" where there is none.
std::string comparisonAsText(const ReportSource& source);

/// The same as an array of objects, with each profile's word, code and sentence.
nlohmann::ordered_json comparisonAsJson(const ReportSource& source);

}
