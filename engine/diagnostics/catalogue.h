#pragma once

// Every kind of finding. Help, the manual and the report are made from these rows.

#include "engine/diagnostics/kinds/custom.h"
#include "engine/diagnostics/kinds/no_rule.h"
#include "engine/diagnostics/kinds/numerics.h"
#include "engine/diagnostics/kinds/silent.h"
#include "engine/diagnostics/kinds/state.h"
#include "engine/diagnostics/kinds/symbolic.h"
#include "engine/diagnostics/kinds/types.h"

#include <span>

namespace backstep {

/// A family of the catalogue, in the order of the manual.
struct KindFamily {
    std::string_view title;
    std::span<const DiagnosticKind* const> kinds;
};
std::span<const KindFamily> kindFamilies();

/// Null for a code that no kind has.
const DiagnosticKind* kindWithCode(std::string_view code);

}
