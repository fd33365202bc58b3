#pragma once

#include <string_view>

namespace backstep {

/// The helper op that stays of an If whose branch the data at hand decide; its second operand is
/// the condition, its attribute `kTaken` what that was when the model was read (SEMANTICS R10).
inline constexpr std::string_view kBranch = "Branch";
inline constexpr std::string_view kTaken = "taken";

}
