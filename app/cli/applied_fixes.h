#pragma once

#include "app/cli/option_values.h"
#include "engine/session/debug_session.h"

#include <string>
#include <vector>

namespace backstep {

/// The ops that OP means: the node of this name, else all of this type. Error: none, with the
/// closest name; `option` is what was typed, such as "--fix".
Result<std::vector<NodeId>> opsNamed(const std::string& option, const std::string& op,
                                     const Graph& graph);

/// Applies what `--fix` asks for, one op after the other. `notes` gets a sentence for each: how far
/// the new forward is from the op's own on the values of this run, and how many weights are live
/// then.
Result<void> applyFixes(DebugSession& session, const std::vector<TypedFix>& fixes,
                        std::vector<std::string>& notes);

}
