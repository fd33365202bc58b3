#pragma once

#include "engine/session/document.h"
#include "engine/diagnostics/fix.h"

namespace backstep {

/// The document with a fix of a finding at `node` applied, as one click does it: a gradient for
/// this op, accepted under the fix's title; another forward; ops before it. Error: it is advice
/// alone, or does not fit.
Result<Document> withFix(const Document& document, NodeId node, const Fix& fix);

/// The document without attached gradients and given forwards: as before it was mended. Ops that
/// were inserted stay.
Result<Document> withoutFixes(const Document& document);

inline constexpr std::string_view kCutId = "cut", kUncutId = "uncut";

/// `--fix OP=ID[:SHARPNESS]` for one op: a row of the forwards (`soft-sign:8`) or of the surrogates
/// (`pass-through`), `cut` or `uncut`. Error: code "fix", which ids there are for the op, or why
/// this one does not fit.
Result<Fix> fixNamed(const Graph& graph, const Node& node, const std::string& id,
                     std::optional<double> sharpness);

}
