#pragma once

#include <string>

namespace backstep {

/// The day of today by the clock of the machine (UTC) as ISO 8601: "2026-03-01".
std::string today();

}
