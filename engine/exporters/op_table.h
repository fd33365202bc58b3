#pragma once

#include "engine/ops/registry.h"

#include <string>

namespace backstep {

/// The operators as a Markdown document: a table (how it is computed, what gradient it has, dtypes,
/// opset), then a section for each, all from the records.
std::string operatorsAsMarkdown(const OpRegistry& ops);

/// "rule", "through its body", "zero almost everywhere", "declared none", "missing"
std::string_view gradientWord(const OpDef& def);

}
